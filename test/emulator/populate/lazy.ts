import { createHash } from "node:crypto";
import { normalHtml } from "../item/html.ts";
import type { Folder, Item, Mailbox } from "../store.ts";
import { headline, letter, type Correspondent, type Letter, type Recipe } from "./letter.ts";
import { letterMime } from "./letter-mime.ts";

/** What the text of a generated item is made from; shared by all items of a mailbox. */
interface Source {
  recipe: Recipe;
  colleagues: readonly Correspondent[];
}

const untouched = new WeakSet<Mailbox>();
const source = Symbol("source");
const place = Symbol("place");
type Generated = Item & { [source]: Source; [place]: number };

/**
 * Gives a mailbox the items of its recipe. They are made when somebody first looks at them, and their text only when it is
 * read: a million of them fit into memory. A copy (`{ ...item }`) is an ordinary item, and so is one whose text is set; what `copyOf`
 * makes, under whatever id, is made of the same recipe.
 */
export function fillLazily(mailbox: Mailbox, recipe: Recipe, colleagues: readonly Correspondent[]): void {
  mailbox.recipe = recipe;
  untouched.add(mailbox);
  Object.defineProperty(mailbox, "items", {
    enumerable: true,
    configurable: true,
    get: () => {
      untouched.delete(mailbox);
      const items = new Map<string, Item>();
      Object.defineProperty(mailbox, "items", {
        value: items,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      const from: Source = { recipe, colleagues };
      for (let index = 0; index < recipe.count; index++) {
        const item = generate(mailbox, from, index);
        items.set(item.id, item);
      }
      return items;
    },
  });
}

/** Whether nobody has looked into a generated mailbox yet. */
export function isUntouched(mailbox: Mailbox): boolean {
  return untouched.has(mailbox);
}

/** Whether an item still is what its mailbox's recipe makes. */
export function isGenerated(item: Item): boolean {
  return (
    source in item &&
    Object.getOwnPropertyDescriptor(item, "mime")?.get !== undefined &&
    item.change === Number(item.id) &&
    item.categories.length <= 1 &&
    item.extended.length === 0
  );
}

function generate(mailbox: Mailbox, from: Source, index: number): Item {
  const { folder, at, messageId, flagged, ...head } = headline(from.recipe, index);
  const id = from.recipe.first + index;
  const item = {
    id: String(id),
    folderId: folderIdOf(mailbox, folder),
    change: id,
    arrived: id,
    edited: id,
    itemClass: "IPM.Note",
    subject: head.subject,
    internetMessageId: messageId,
    isRead: head.isRead,
    isDraft: folder === "drafts",
    categories: head.categories,
    importance: head.importance,
    sensitivity: "Normal",
    flag: { status: flagged ? "Flagged" : "NotFlagged" },
    created: at,
    sent: at,
    received: at,
    lastModified: at,
    extended: [],
  } as unknown as Generated;
  Object.defineProperty(item, source, { value: from });
  Object.defineProperty(item, place, { value: index });
  return Object.defineProperties(item, texts);
}

/** The folder's own string, so that a thousand items share it. */
function folderIdOf(mailbox: Mailbox, name: string): string {
  const id = `${mailbox.owner}-${name}`;
  const folder: Folder | undefined = mailbox.folders.get(id);
  // Somebody may have removed the folder before anybody looked.
  return folder?.id ?? `${mailbox.owner}-deleteditems`;
}

function letterOf(item: Generated): Letter {
  const { recipe, colleagues } = item[source];
  return letter(recipe, item[place], colleagues);
}

/** The accessors are the same functions for every item, so that all items share one shape in memory. */
const texts: PropertyDescriptorMap = Object.fromEntries(
  Object.entries({
    mime: (item: Generated) => letterMime(letterOf(item)),
    html: (item: Generated) => {
      const { html } = letterOf(item);
      return html === undefined ? undefined : normalHtml(html);
    },
    text: (item: Generated) => letterOf(item).text,
    attachments: attachmentsOf,
    conversationId: (item: Generated) => {
      const { inReplyTo, messageId } = letterOf(item);
      return createHash("sha256")
        .update(inReplyTo ?? messageId)
        .digest("hex")
        .slice(0, 32);
    },
  }).map(([name, read]): [string, PropertyDescriptor] => [
    name,
    {
      enumerable: true,
      configurable: true,
      get(this: Generated) {
        return read(this);
      },
      set(this: Generated, value: unknown) {
        Object.defineProperty(this, name, { value, enumerable: true, configurable: true, writable: true });
      },
    },
  ]),
);

function attachmentsOf(item: Generated): Item["attachments"] {
  const { attachment } = letterOf(item);
  if (!attachment) return [];
  const { name, contentType, content } = attachment;
  return [
    {
      id: `${item.id}.1`,
      name,
      contentType,
      isInline: false,
      content: Buffer.from(content),
      isItem: false,
      lastModified: item.created,
    },
  ];
}
