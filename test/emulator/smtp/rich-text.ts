import { convert } from "html-to-text";
import type { Row, Side } from "../store.ts";
import { recipientByAddress, rows } from "../store.ts";
import { writeTnef } from "../tnef/write-tnef.ts";
import { readMime } from "../mime.ts";
import { domainOf, domainRank } from "./addresses.ts";
import { field, firstValue, readMessage, type Message } from "./headers.ts";
import { binaryPart, composed, textPart } from "./multipart.ts";
import { text } from "./rows.ts";

/**
 * Whether mail to somebody outside goes out as TNEF (winmail.dat): as the remote domain that fits his domain best says
 * (`TNEFEnabled`), else as his contact does (`UseMapiRichTextFormat`). Neither does by itself.
 */
export function wantsTnef(side: Side, address: string): boolean {
  const domain = domainOf(address);
  const fits = rows(side, "RemoteDomain")
    .map((row) => ({ row, rank: domainRank(domain, text(row, "DomainName") ?? "") }))
    .filter(({ rank }) => rank >= 0)
    .toSorted((one, other) => other.rank - one.rank);
  const told = text(fits[0]?.row ?? {}, "TNEFEnabled")?.toLowerCase();
  if (told !== undefined) return told === "true";
  const contact: Row = recipientByAddress(side, address)?.other ?? {};
  return text(contact, "UseMapiRichTextFormat") === "Always";
}

/** Whether a message may be put into TNEF: not what a signature covers, what is TNEF already, a report or an invitation. */
export function mayBecomeTnef(message: Message): boolean {
  const type = firstValue(message, "Content-Type")?.toLowerCase() ?? "text/plain";
  return (
    !/^(multipart\/(signed|encrypted|report)|application\/(x-)?(pkcs7-mime|ms-tnef)|text\/calendar)/.test(
      type,
    ) && !/^content-type:\s*(application\/ms-tnef|text\/calendar)/im.test(message.rest.toString("latin1"))
  );
}

/** A message with its text for everybody, and everything it holds in winmail.dat; its header fields stay. */
export async function asTnef(mime: Uint8Array): Promise<Buffer> {
  const message = readMessage(mime);
  const { text: plain = "", html } = await readMime(mime);
  const kept = message.fields.filter(
    ({ name }) => !/^(content-.*|mime-version|x-ms-(tnef-correlator|has-attach))$/.test(name),
  );
  return composed(
    [
      ...kept,
      field("X-MS-Has-Attach", "yes"),
      field("X-MS-TNEF-Correlator", firstValue(message, "Message-ID") ?? ""),
    ],
    "multipart/mixed",
    [
      textPart("text/plain", plain === "" && html !== undefined ? convert(html) : plain),
      binaryPart(
        [
          field("Content-Type", 'application/ms-tnef; name="winmail.dat"'),
          field("Content-Disposition", 'attachment; filename="winmail.dat"'),
        ],
        await writeTnef(mime),
      ),
    ],
  );
}
