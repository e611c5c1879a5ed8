import { changesSince, nothingSeen, type ItemChange } from "../../folder-changes.ts";
import { orderedItems } from "../../folder-index.ts";
import type { Folder, Item, Mailbox, Tombstone } from "../../store.ts";
import { folderOr, required, responses, type Call, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { booleanOf } from "../fields/field.ts";
import { itemsIn } from "../folder/search.ts";
import { searchChanges } from "../folder/search-changes.ts";
import { itemIdElement, readId } from "../ids.ts";
import { itemElement, readShape, type Shape } from "../shape.ts";
import { changeIn, readChanges, readSyncState, writeSyncState } from "../sync-state.ts";
import { child, element, type Element } from "../xml.ts";

const day = 86_400_000;

/** SyncFolderItems: what happened to a folder's items since a state, and the state to go on from. */
export const syncFolderItems: Operation = (call, request) => {
  const most = wholeNumber(required(request, "m:MaxChangesReturned"));
  if (most < 1 || most > 512) throw schemaError(`The 'MaxChangesReturned' element is invalid: '${most}'.`);
  return responses("SyncFolderItems", [required(request, "m:SyncFolderId")], ({ children: [id] }) => {
    const shape = readSyncShape(required(request, "m:ItemShape"), call);
    const found = folderOr("ErrorSyncFolderNotFound", call, id ?? element("none"), "read");
    const { call: there, mailbox, folder } = found;
    const given = child(request, "m:SyncState")?.text ?? "";
    const wanted = filterOf(there, request, mailbox, folder);
    const page = folder.search
      ? searchPage(there, mailbox, folder, given, most, wanted)
      : folderPage(there, mailbox, folder, given, most, wanted);
    return [
      element("m:SyncState", {}, writeSyncState({ of: folder.id, ...page.state })),
      element("m:IncludesLastItemInRange", {}, String(page.last)),
      element(
        "m:Changes",
        {},
        ...page.changes.map((change) => changeElement(there, mailbox.owner, change, shape)),
      ),
    ];
  });
};

/** Synchronisation answers what FindItem does, more where a client names it, and never whole messages. */
function readSyncShape(shape: Element, call: Call): Shape {
  const mime = child(shape, "t:IncludeMimeContent");
  if (mime && booleanOf(mime)) throw new EwsError("ErrorInvalidPropertyForOperation");
  return readShape(shape, call.version, "unless named");
}

type Wanted = (about: Item | Pick<Tombstone, "id">) => boolean;
type Page = (
  call: Call,
  mailbox: Mailbox,
  folder: Folder,
  state: string,
  most: number,
  wanted: Wanted,
) => { changes: ItemChange[]; state: Record<string, unknown>; last: boolean };

const folderPage: Page = ({ organization: { store } }, mailbox, { id }, state, most, wanted) => {
  const { arrived, changed } = state.trim() === "" ? nothingSeen : readSyncState(state, id);
  const now = store.sequence;
  const seen = { arrived: changeIn(arrived, now), changed: changeIn(changed, now) };
  const page = changesSince(mailbox, id, seen, now, most, wanted);
  return { changes: page.changes, state: { ...page.seen }, last: page.last };
};

const searchPage: Page = (call, mailbox, folder, state, most, wanted) => {
  const items = state.trim() === "" ? [] : readSyncState(state, folder.id)["items"];
  const before = readChanges(items, call.organization.store.sequence);
  const { changes, known, last } = searchChanges(before, itemsIn(call, mailbox, folder), most, wanted);
  return { changes, state: { items: [...known] }, last };
};

/** Leaves out the items of `Ignore`, and those older than the client's window. */
function filterOf(call: Call, request: Element, mailbox: Mailbox, folder: Folder): Wanted {
  const ignored = new Set(
    (child(request, "m:Ignore")?.children ?? []).map(
      ({ attributes }) => readId("item", attributes["Id"] ?? "").id,
    ),
  );
  const number = (name: string): number | undefined => {
    const given = child(request, name);
    return given && wholeNumber(given);
  };
  const [days, maximum, minimum] = [
    number("m:NumberOfDays"),
    number("m:MaximumCount"),
    number("m:MinimumCount"),
  ];
  if (days === undefined && maximum === undefined) return ({ id }) => !ignored.has(id);
  const oldest = days === undefined ? -Infinity : call.organization.now() - days * day;
  const newest = folder.search
    ? itemsIn(call, mailbox, folder)
        .toSorted((one, other) => other.received - one.received)
        .slice(0, maximum)
    : orderedItems(mailbox, [folder.id], "received", true).slice(0, maximum ?? Infinity);
  const window = new Set(
    newest.filter(({ received }, index) => received >= oldest || index < (minimum ?? 0)),
  );
  return (about) => !ignored.has(about.id) && (!("edited" in about) || window.has(about));
}

function wholeNumber({ name, text }: Element): number {
  if (!/^\s*\d+\s*$/.test(text)) throw schemaError(`The '${name}' element is invalid: '${text}'.`);
  return Number(text);
}

function changeElement(call: Call, owner: string, change: ItemChange, shape: Shape): Element {
  if (change.is === "delete") return element("t:Delete", {}, itemIdElement(owner, change.removed));
  const { item } = change;
  if (change.is === "read") {
    const isRead = element("t:IsRead", {}, String(item.isRead));
    return element("t:ReadFlagChange", {}, itemIdElement(owner, item), isRead);
  }
  return element(change.is === "create" ? "t:Create" : "t:Update", {}, itemElement(call, item, shape));
}
