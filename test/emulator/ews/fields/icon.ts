import type { Item } from "../../store.ts";
import { plain, type Field } from "./field.ts";
import { keptValue } from "../extended/kept.ts";

/** What PR_ICON_INDEX says of a message beyond whether it was read ([MS-OXOMSG] 2.2.1.10). */
const answered: Record<string, string> = { 0x105: "Replied", 0x106: "Forwarded" };

function iconOf(item: Item): string {
  const { itemClass, isRead, isDraft, attachments } = item;
  const done = answered[String(keptValue(item, { tag: "0x1080", type: "Integer" }))];
  const read = isRead && !isDraft;
  if (attachments.some(({ name }) => name === "message.rpmsg")) return `MailIrm${done ?? ""}`;
  if (/^IPM\.Note\.SMIME\.MultipartSigned/i.test(itemClass))
    return `MailSmimeSigned${done ?? (read ? "Read" : "")}`;
  if (/^IPM\.Note\.SMIME/i.test(itemClass)) return `MailEncrypted${done ?? (read ? "Read" : "")}`;
  return `Mail${done ?? (read ? "Read" : "Unread")}`;
}

/** Which icon a client shows for the item. */
export const iconIndex: Field = plain("item:IconIndex", "string", ({ item }) => iconOf(item), {
  shape: "AllProperties",
  since: "Exchange2013",
});
