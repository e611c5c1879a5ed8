import { readMime } from "../../mime.ts";
import type { Item } from "../../store.ts";
import { choice, itemOf, requiredList, responses, type Operation } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { clearExtended, pathOf, setExtended } from "../extended/property.ts";
import { keyOf } from "../extended/path.ts";
import { commitChange, finishChange, startChange, type Change, type Field } from "../fields/field.ts";
import { itemIdElement, readChangeKey } from "../ids.ts";
import { readFieldPath } from "../path.ts";
import { settleReceipt } from "../read-receipt.ts";
import { savedItemFolder, sendDraft } from "../sending.ts";
import { elementName } from "../shape.ts";
import { element, type Element } from "../xml.ts";
import { mimeBytes } from "../mime-content.ts";

type Resolution = "NeverOverwrite" | "AutoResolve" | "AlwaysOverwrite";

/** UpdateItem: sets, extends and deletes properties of each item; all of an item's changes or none. */
export const updateItem: Operation = (call, request) => {
  const resolution = choice(request, "ConflictResolution", [
    "NeverOverwrite",
    "AutoResolve",
    "AlwaysOverwrite",
  ]);
  const disposition =
    request.attributes["MessageDisposition"] === undefined
      ? undefined
      : choice(request, "MessageDisposition", ["SaveOnly", "SendOnly", "SendAndSaveCopy"]);
  const suppress = ["true", "1"].includes(request.attributes["SuppressReadReceipts"] ?? "");
  return responses("UpdateItem", requiredList(request, "m:ItemChanges"), async (itemChange) => {
    const [id = element("none")] = itemChange.children;
    const { call: there, mailbox, item } = itemOf(call, id, "edit");
    if (disposition === undefined) throw new EwsError("ErrorMessageDispositionRequired");
    checkConflict(item, id, resolution);
    const change = startChange(there, item);
    for (const update of requiredList(itemChange, "t:Updates")) await apply(change, update);
    const copyTo = disposition === "SendAndSaveCopy" && savedItemFolder(call, request, "sentitems").folder.id;
    if (disposition !== "SaveOnly") {
      if (there.visitor) throw new EwsError("ErrorAccessDenied");
      await sendDraft(call, mailbox, await finishChange(change), copyTo);
      return [element("m:Items"), noConflicts()];
    }
    if (change.item.isRead && !item.isRead) await settleReceipt(there, change.item, suppress);
    const changed = await commitChange(change, mailbox);
    return [
      element(
        "m:Items",
        {},
        element(elementName(changed.itemClass), {}, itemIdElement(mailbox.owner, changed)),
      ),
      noConflicts(),
    ];
  });
};

function noConflicts(): Element {
  return element("m:ConflictResults", {}, element("t:Count", {}, "0"));
}

/** A change key protects an item only with NeverOverwrite; AutoResolve lets the last writer win. */
function checkConflict(item: Item, id: Element, resolution: Resolution): void {
  const key = id.attributes["ChangeKey"];
  if (key === undefined) {
    if (resolution !== "AlwaysOverwrite") throw new EwsError("ErrorChangeKeyRequiredForWriteOperations");
    return;
  }
  if (readChangeKey(key) !== item.change && resolution === "NeverOverwrite")
    throw new EwsError("ErrorIrresolvableConflict");
}

async function apply(change: Change, update: Element): Promise<void> {
  const [uri, given, ...more] = update.children;
  if (!uri) throw schemaError(`The element '${update.name}' has incomplete content.`);
  const path = readFieldPath(uri, change.call.version);
  const deleting = update.name === "t:DeleteItemField";
  const [value, ...values] = given?.children ?? [];
  if (!deleting && (!value || values.length > 0 || more.length > 0))
    throw new EwsError("ErrorIncorrectUpdatePropertyCount");
  if (path.is === "header")
    throw new EwsError(deleting ? "ErrorInvalidPropertyDelete" : "ErrorInvalidPropertySet");
  if (path.is === "extended") {
    if (!value || deleting) return clearExtended(change, path.property);
    if (value.name !== "t:ExtendedProperty" || keyOf(pathOf(value)) !== keyOf(path.property)) {
      throw new EwsError("ErrorUpdatePropertyMismatch");
    }
    if (update.name === "t:AppendToItemField") throw new EwsError("ErrorInvalidPropertyAppend");
    return setExtended(change, value, path.property);
  }
  if (value && value.name !== path.field.name) throw new EwsError("ErrorUpdatePropertyMismatch");
  return applyField(change, path.field, update.name, value);
}

async function applyField(
  change: Change,
  field: Field,
  action: string,
  value: Element | undefined,
): Promise<void> {
  if (!value || action === "t:DeleteItemField") {
    if (!field.clear) throw new EwsError("ErrorInvalidPropertyDelete");
    return field.clear(change);
  }
  if (action === "t:AppendToItemField") {
    if (!field.append) throw new EwsError("ErrorInvalidPropertyAppend");
    return field.append(change, value);
  }
  if (field.uri === "item:MimeContent") return replaceMime(change, value);
  if (!field.set) throw new EwsError("ErrorInvalidPropertySet");
  return field.set(change, value);
}

/** A message whose MIME is replaced becomes another message in the same place, and shows as a draft. */
async function replaceMime(change: Change, value: Element): Promise<void> {
  const mime = mimeBytes(value);
  const { attachments, sent: _sent, ...content } = await readMime(mime);
  const { html: _html, text: _text, ...rest } = change.item;
  const { organization } = change.call;
  change.item = {
    ...rest,
    ...content,
    mime,
    isDraft: true,
    attachments: attachments.map((each) => ({
      ...each,
      id: String(organization.nextId()),
      lastModified: organization.now(),
    })),
  };
}
