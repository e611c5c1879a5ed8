import type { MailboxEvent } from "../emulator/events.ts";
import { copyOf } from "../emulator/item/composed.ts";
import { findFolder, moveItem, replaceItem } from "../emulator/mailbox.ts";
import type { Organization } from "../emulator/organization.ts";
import type { Item, Mailbox } from "../emulator/store.ts";
import type { Letter } from "./letters.ts";
import { type Portrait, portraitOf } from "./portrait.ts";

/** Stands beside the mailboxes, and remembers each copy as it was when it came. */
export interface Witness {
  /** Says what will be sent, before it is. */
  expect: (letter: Letter) => void;
  /** The copy of a message as it came; undefined until it has. */
  before: (messageId: string) => Portrait | undefined;
  /** The items of a message that its sender sees now. */
  after: (messageId: string) => Portrait[];
  /** Messages whose copies somebody has written into since they came. */
  touched: () => number;
  /** Resolves when a condition holds, looked at with each copy that is touched, or when the time (milliseconds since 1970) is over. */
  until: (holds: () => boolean, time: number) => Promise<void>;
  close: () => void;
}

/** What a person's mail program and Exchange itself put on a copy. */
const belongings: Partial<Item> = {
  categories: ["Contract", "Ü & <ö>"],
  flag: { status: "Flagged", startDate: Date.UTC(2026, 0, 5), dueDate: Date.UTC(2026, 0, 9) },
  extended: [
    { tag: "0x1080", type: "Integer", value: "261" },
    { tag: "0x1081", type: "Integer", value: "102" },
    { tag: "0x1082", type: "SystemTime", value: "2026-01-05T09:30:00Z" },
  ],
};

/** Watches an organization's mailboxes, from within: sent copies get belongings of their own, and what is to be `gone` goes. */
export function openWitness(organization: Organization): Witness {
  const letters = new Map<string, Letter>();
  const known = new Map<string, { mailbox: Mailbox; portrait: Portrait }>();
  const touched = new Set<string>();
  const busy = new Set<string>();
  const waiting = new Set<() => void>();

  const came = (mailbox: Mailbox, item: Item, letter: Letter): void => {
    replaceItem(organization, mailbox, Object.assign(copyOf(item), structuredClone(belongings)));
    let copy = itemOf(mailbox, item.id);
    if (letter.copy === "gone")
      copy = moveItem(organization, mailbox, copy, findFolder(mailbox, "deleteditems")?.id ?? "");
    known.set(letter.messageId, { mailbox, portrait: portraitOf(copy) });
  };

  const close = organization.events.listen(({ is, of, mailbox, id }: MailboxEvent) => {
    if (of !== "item" || is === "deleted") return;
    const item = mailbox.items.get(id);
    const letter = letters.get(item?.internetMessageId ?? "");
    if (!item || !letter || busy.has(letter.messageId)) return;
    if (known.has(letter.messageId)) {
      if (known.get(letter.messageId)?.mailbox === mailbox) touched.add(letter.messageId);
      waiting.forEach((look) => look());
      return;
    }
    if (is !== "created" || item.folderId !== findFolder(mailbox, "sentitems")?.id) return;
    busy.add(letter.messageId);
    came(mailbox, item, letter);
    busy.delete(letter.messageId);
  });

  return {
    expect: (letter) => void letters.set(letter.messageId, letter),
    before: (messageId) => known.get(messageId)?.portrait,
    after: (messageId) => {
      const mailbox = known.get(messageId)?.mailbox;
      if (!mailbox) return [];
      const hidden = new Set(
        [...mailbox.folders.values()]
          .filter(({ distinguishedId }) => distinguishedId?.startsWith("recoverableitems"))
          .map(({ id }) => id),
      );
      return [...mailbox.items.values()]
        .filter((item) => item.internetMessageId === messageId && !hidden.has(item.folderId))
        .map(portraitOf);
    },
    touched: () => touched.size,
    until: async (holds, time) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => (holds() ? resolve() : undefined);
      const timer = setTimeout(resolve, Math.max(0, time - Date.now()));
      waiting.add(look);
      look();
      await promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(look);
      });
    },
    close,
  };
}

function itemOf(mailbox: Mailbox, id: string): Item {
  const item = mailbox.items.get(id);
  if (!item) throw new Error(`There is no item ${id}.`);
  return item;
}
