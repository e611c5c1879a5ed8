import { changesSince, nothingSeen, type ItemChange, type Seen } from "../../folder-changes.ts";
import { orderedItems } from "../../folder-index.ts";
import type { Item, Mailbox, Tombstone } from "../../store.ts";
import type { Deed } from "../access.ts";
import { folderOf, required, responses, type Call, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { booleanOf } from "../fields/field.ts";
import { itemIdElement, readId } from "../ids.ts";
import { itemElement, readShape, type Shape } from "../shape.ts";
import { changeIn, readSyncState, writeSyncState } from "../sync-state.ts";
import { child, element, type Element } from "../xml.ts";

const day = 86_400_000;

/** SyncFolderItems: what happened to a folder's items since a state, and the state to go on from. */
export const syncFolderItems: Operation = (call, request) => {
  const most = wholeNumber(required(request, "m:MaxChangesReturned"));
  if (most < 1 || most > 512) throw schemaError(`The 'MaxChangesReturned' element is invalid: '${most}'.`);
  return responses("SyncFolderItems", [required(request, "m:SyncFolderId")], ({ children: [id] }) => {
    const shape = readSyncShape(required(request, "m:ItemShape"), call);
    const { call: there, mailbox, folder } = syncedFolder(call, id ?? element("none"), "read");
    const now = call.organization.store.sequence;
    const seen = seenBy(child(request, "m:SyncState")?.text ?? "", folder.id, now);
    const wanted = filterOf(call, request, mailbox, folder.id);
    const page = changesSince(mailbox, folder.id, seen, now, most, wanted);
    return [
      element("m:SyncState", {}, writeSyncState({ of: folder.id, ...page.seen })),
      element("m:IncludesLastItemInRange", {}, String(page.last)),
      element(
        "m:Changes",
        {},
        ...page.changes.map((change) => changeElement(there, mailbox.owner, change, shape)),
      ),
    ];
  });
};

/** @throws EwsError ErrorSyncFolderNotFound where other operations say ErrorFolderNotFound */
export function syncedFolder(call: Call, id: Element, deed?: Deed): ReturnType<typeof folderOf> {
  try {
    return folderOf(call, id, deed);
  } catch (error) {
    if (error instanceof EwsError && error.code === "ErrorFolderNotFound")
      throw new EwsError("ErrorSyncFolderNotFound");
    throw error;
  }
}

/** Synchronisation answers what FindItem does, more where a client names it, and never whole messages. */
function readSyncShape(shape: Element, call: Call): Shape {
  const mime = child(shape, "t:IncludeMimeContent");
  if (mime && booleanOf(mime)) throw new EwsError("ErrorInvalidPropertyForOperation");
  return readShape(shape, call.version, "unless named");
}

function seenBy(state: string, folder: string, now: number): Seen {
  if (state.trim() === "") return nothingSeen;
  const { arrived, changed } = readSyncState(state, folder);
  return { arrived: changeIn(arrived, now), changed: changeIn(changed, now) };
}

/** Leaves out the items of `Ignore`, and those older than the client's window. */
function filterOf(
  call: Call,
  request: Element,
  mailbox: Mailbox,
  folderId: string,
): (about: Item | Tombstone) => boolean {
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
  const window = new Set(
    orderedItems(mailbox, [folderId], "received", true)
      .slice(0, maximum ?? Infinity)
      .filter(({ received }, index) => received >= oldest || index < (minimum ?? 0)),
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
