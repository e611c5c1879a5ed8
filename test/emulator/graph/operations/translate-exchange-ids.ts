import { readAlternateId, writeAlternateId } from "../../ews/alternate-id.ts";
import { EwsError } from "../../ews/error.ts";
import { immutableId, readId } from "../../ews/ids.ts";
import { fromUrl, itemFrom, jsonBody, openMailbox, toUrl, type Opened, type Operation } from "../call.ts";
import { badRequest, storeError } from "../error.ts";

const types = ["entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId"] as const;
type IdType = (typeof types)[number];
const most = 1000;

/** POST users/{id}/translateExchangeIds: ids of one form in another; those that cannot be told come back with an error. */
export const translateExchangeIds: Operation = (call) => {
  const opened = openMailbox(call);
  const { inputIds, sourceIdType, targetIdType } = jsonBody(call);
  const [source, target] = [typeOf(sourceIdType), typeOf(targetIdType)];
  if (!Array.isArray(inputIds) || inputIds.length > most)
    throw badRequest(
      `The parameter 'inputIds' has to be a list of at most ${most} ids.`,
      "ErrorInvalidRequest",
    );
  const context = `${call.root}/$metadata#Collection(microsoft.graph.convertIdResult)`;
  const value = inputIds.map((each) => translated(opened, String(each), source, target));
  return { status: 200, body: { "@odata.context": context, value } };
};

function typeOf(given: unknown): IdType {
  const found = types.find((each) => each.toLowerCase() === String(given).toLowerCase());
  if (!found)
    throw badRequest(
      `The id type '${String(given)}' is not one of ${types.join(", ")}.`,
      "ErrorInvalidRequest",
    );
  return found;
}

function translated(opened: Opened, sourceId: string, source: IdType, target: IdType): object {
  try {
    return { sourceId, targetId: written(opened, read(opened, sourceId, source), target) };
  } catch (error) {
    if (!(error instanceof EwsError)) throw error;
    const { code, message } = storeError(error);
    return { sourceId, errorDetails: { code, message } };
  }
}

/** The store's own id of the item. @throws EwsError */
function read({ mailbox, owner }: Opened, text: string, type: IdType): string {
  const address = owner.primarySmtpAddress;
  switch (type) {
    case "entryId":
      return readAlternateId("EntryId", fromUrl(text), address).id;
    case "ewsId":
      return readAlternateId("EwsId", text, address).id;
    case "restId":
      return readAlternateId("EwsId", fromUrl(text), address).id;
    default: {
      const { id } = readId("immutable", fromUrl(text));
      const there = itemFrom(mailbox, id);
      if (!there) throw new EwsError("ErrorItemNotFound");
      return there.id;
    }
  }
}

function written({ mailbox, owner }: Opened, id: string, type: IdType): string {
  const named = { kind: "item" as const, owner: owner.guid, id };
  const plain = (format: "EntryId" | "EwsId") => writeAlternateId(format, named, owner.primarySmtpAddress);
  switch (type) {
    case "entryId":
      return toUrl(plain("EntryId"));
    case "ewsId":
      return plain("EwsId");
    case "restId":
      return toUrl(plain("EwsId"));
    default: {
      const item = mailbox.items.get(id);
      if (!item) throw new EwsError("ErrorItemNotFound");
      return toUrl(immutableId(owner.guid, item.origin ?? id));
    }
  }
}
