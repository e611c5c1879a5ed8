import { recipientByAddress } from "../../store.ts";
import { idFormats, readAlternateId, writeAlternateId } from "../alternate-id.ts";
import { choice, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { element } from "../xml.ts";

/** ConvertId: ids of items and folders from one format to another. It works on the id alone: what it names need not exist. */
export const convertId: Operation = (call, request) => {
  const to = choice(request, "DestinationFormat", idFormats);
  return responses("ConvertId", requiredList(request, "m:SourceIds"), (source) => {
    if (source.name !== "t:AlternateId")
      throw new EwsError("ErrorInvalidOperation", "This server has no public folders.");
    const address = source.attributes["Mailbox"] ?? "";
    const owner = recipientByAddress(call.side, address);
    if (!owner || !call.side.mailboxes.has(owner.guid)) throw new EwsError("ErrorNonExistentMailbox");
    const { primarySmtpAddress: primary } = owner;
    const named = readAlternateId(
      choice(source, "Format", idFormats),
      source.attributes["Id"] ?? "",
      primary,
    );
    return [
      element("m:AlternateId", {
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:type": "t:AlternateIdType",
        Format: to,
        Id: writeAlternateId(to, named, primary),
        Mailbox: address,
      }),
    ];
  });
};
