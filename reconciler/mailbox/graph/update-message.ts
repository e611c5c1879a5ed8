import { Fault, isFault } from "../../fault.ts";
import { markId, type Message, prefer, refOf, within } from "./message.ts";
import type { Body, ItemRef } from "../port.ts";
import type { Call } from "./client.ts";

/** Sets the mark, and the body where one is given, of a message that is still at its version. Nothing else is written. */
export async function updateMessage(
  call: Call,
  mailbox: string,
  { id, version }: ItemRef,
  { mark, body }: { mark: string; body?: Body },
): Promise<ItemRef> {
  const about = `Changing a message in mailbox '${mailbox}'`;
  const changed = await call<Message>(
    {
      method: "PATCH",
      path: within(mailbox, "messages", id),
      headers: { ...prefer, "if-match": version },
      body: {
        ...(body && { body: { contentType: body.type, content: body.content } }),
        singleValueExtendedProperties: [{ id: markId, value: mark }],
      },
    },
    about,
    mailbox,
  ).catch((error: unknown) => {
    // Reading was allowed: what is refused is changing what a sent message says.
    if (body && isFault(error, "ACCESS_DENIED")) throw new Fault("LOCKED", error.message, { cause: error });
    throw error;
  });
  return refOf(changed, about);
}
