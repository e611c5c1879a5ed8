import { createHash } from "node:crypto";
import { Fault } from "../fault.ts";
import type { NewAttachment } from "./carried.ts";
import type { Change, ItemRef, Recipients, SentAttachment, SentItem } from "./port.ts";
import type { Carried, Protocol } from "./protocol.ts";

/** See `Mailboxes.recreate`. */
export async function recreate(
  protocol: Protocol,
  mailbox: string,
  item: SentItem,
  change: Change,
  building: string,
): Promise<ItemRef> {
  const { body, mark, removeAttachments: dropped, recipients } = change;
  const readdressed = (carried: Carried): Carried =>
    recipients === undefined ? carried : protocol.readdressed(carried, recipients);
  const kept = item.attachments.filter(({ id }) => !dropped.includes(id));
  demandSize(protocol, mailbox, change, kept);
  const carried = readdressed(await protocol.carried(mailbox, item.id));
  const before = await protocol.contents(mailbox, item.id, kept);
  const attachments = [...before, ...picturesOf(change), ...filesOf(change)];
  const made = await protocol.create(mailbox, carried, { mark: building, body, folder: item.folder });
  const { failure, now: read } = await protocol.attach(mailbox, made, attachments);
  if (failure !== undefined) throw failure;
  const whole = read ?? (await protocol.read(mailbox, made.id));
  const now = whole && {
    carried: readdressed(await protocol.carried(mailbox, made.id)),
    attachments: await protocol.contents(mailbox, made.id, whole.attachments),
  };
  const sent = { carried, attachments };
  const isSame = whole && !whole.isDraft && told(now) === told(sent);
  if (!isSame || (recipients && addresses(whole.recipients) !== addresses(recipients)))
    throw new Fault(
      "NOT_VERIFIED",
      `The item made anew in mailbox '${mailbox}' is not the same as the one it was made from: ${difference(sent, now)}.`,
    );
  return protocol.mark(mailbox, whole, mark);
}

/** Pictures that a change attaches. */
export function picturesOf({ addPictures }: Change): NewAttachment[] {
  return addPictures.map((picture) => ({ ...picture, isInline: true }));
}

/** Files that it attaches. */
export function filesOf({ addFiles = [] }: Change): NewAttachment[] {
  return addFiles.map(({ name, contentType, content }) => ({ name, contentType, content, isInline: false }));
}

/** Before anything is changed: what a change attaches, and what stays of an item that is made anew. @throws Fault TOO_LARGE */
export function demandSize(
  { mostCarried }: Protocol,
  mailbox: string,
  change: Change,
  kept: SentAttachment[] = [],
): void {
  const added = [...picturesOf(change), ...filesOf(change)].map(({ content }) => content.length);
  if (Math.max(...added, ...kept.map(({ size }) => size)) > mostCarried)
    throw new Fault(
      "TOO_LARGE",
      `An item in mailbox '${mailbox}' cannot be changed: an attachment has more than ${mostCarried} bytes.`,
    );
}

/** SHA-256, hex. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

interface Whole {
  carried: Carried;
  attachments: NewAttachment[];
}

/** What two items that are the same have in common, as text. Exchange writes an attached message anew: its name has to do. */
function told(whole: Whole | undefined): string {
  const files = whole?.attachments.map(({ name, contentId, isInline, isItem = false, content }) => {
    const hash = isItem ? "" : sha256(content);
    return [name, contentId ?? "", isInline, isItem, hash].join(" ");
  });
  return JSON.stringify([whole?.carried, files?.toSorted()]);
}

/** The server may know names of its own. */
function addresses({ to, cc, bcc }: Recipients): string {
  return JSON.stringify([to, cc, bcc].map((some) => some.map(({ address }) => address.toLowerCase())));
}

/** Names of what differs, never values. */
function difference(before: Whole, now: Whole | undefined): string {
  if (now === undefined) return "it is gone";
  const names = Object.keys({ ...before.carried, ...now.carried });
  const differ = names.filter(
    (name) => JSON.stringify(before.carried[name]) !== JSON.stringify(now.carried[name]),
  );
  return differ.length > 0 ? differ.join(", ") : "its attachments or recipients";
}
