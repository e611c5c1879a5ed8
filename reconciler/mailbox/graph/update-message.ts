import { Fault, isFault } from "../../fault.ts";
import { batch } from "./batch.ts";
import { deleteAttachments, deletion } from "./delete-attachments.ts";
import { getMessage, reading } from "./get-message.ts";
import { itemOf, markId, type Message, prefer, refOf, within } from "./message.ts";
import type { Body, ItemRef, SentItem } from "../port.ts";
import type { Ask, Call } from "./client.ts";

/** Characters of a body that fits into a batch, whose request has to stay below 4 MB, however it is encoded. */
const mostBatched = 2 ** 19;

/** Sets the mark alone of a message that is still at its version. */
export async function markMessage(
  call: Call,
  mailbox: string,
  item: ItemRef,
  mark: string,
): Promise<ItemRef> {
  const about = aboutOf(mailbox);
  return refOf(await call<Message>(patch(mailbox, item, { mark }), about, mailbox), about);
}

/**
 * Sets body and mark of a message that is still at its version, takes attachments out after that, and reads the message again: in
 * one round trip if the body is not too large for that. @throws Fault LOCKED where Exchange does not let what it says be changed
 */
export async function updateMessage(
  call: Call,
  mailbox: string,
  item: ItemRef,
  { remove, ...set }: { mark: string; body: Body; remove: string[] },
): Promise<SentItem | undefined> {
  const about = aboutOf(mailbox);
  const { id } = item;
  const write = patch(mailbox, item, set);
  if (set.body.content.length > mostBatched) {
    await call(write, about, mailbox).catch((error: unknown) => {
      throw locked(error);
    });
  } else {
    const deletions = remove.map((attachment) => deletion(mailbox, id, attachment));
    const asks = [write, ...deletions, reading(mailbox, id)];
    const [written, ...rest] = await batch(call, asks, about, mailbox);
    if (written && "failure" in written) throw locked(written.failure);
    const last = rest.at(-1);
    if (rest.length === asks.length - 1 && last && "body" in last) return itemOf(last.body as Message, about);
    // The message is written; what failed behind that is done by itself, and tells why it cannot be.
  }
  await deleteAttachments(call, mailbox, id, remove);
  return getMessage(call, mailbox, id);
}

function patch(
  mailbox: string,
  { id, version }: ItemRef,
  { mark, body }: { mark: string; body?: Body },
): Ask {
  return {
    method: "PATCH",
    path: within(mailbox, "messages", id),
    headers: { ...prefer, "if-match": version },
    body: {
      ...(body && { body: { contentType: body.type, content: body.content } }),
      singleValueExtendedProperties: [{ id: markId, value: mark }],
    },
  };
}

/** Reading was allowed: what is refused is changing what a sent message says. */
function locked(error: unknown): unknown {
  return isFault(error, "ACCESS_DENIED") ? new Fault("LOCKED", error.message, { cause: error }) : error;
}

function aboutOf(mailbox: string): string {
  return `Changing a message in mailbox '${mailbox}'`;
}
