import { EwsError } from "../error.ts";
import type { Change } from "./field.ts";

/** The Message-ID of a message that is made, or still a draft. @throws EwsError ErrorInvalidPropertySet */
export function setMessageId(change: Change, id: string): void {
  if (!change.creating && !change.item.isDraft) throw new EwsError("ErrorInvalidPropertySet");
  change.item.internetMessageId = id;
  change.mail.messageId = id;
  change.headers.add("message-id");
}
