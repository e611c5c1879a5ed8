import { createHash } from "node:crypto";
import { headerBytes } from "../emulator/item/composed.ts";
import type { Item } from "../emulator/store.ts";

/** An item of the embedded Exchange as plain values that can be compared, apart from those that every change changes. */
export interface Portrait {
  id: string;
  folderId: string;
  html?: string;
  text?: string;
  /** One line for each: name, type, Content-ID, place, digest. In order. */
  attachments: string[];
  /** The product's mark; absent until it writes one. */
  mark?: string;
  /** Everything else that the item says of itself. */
  rest: Record<string, unknown>;
}

/** The property that docs/reconciler.md names as the product's own. */
const markName = "SentItemsUpdate";
/** What a change changes, whatever it is about. */
const counts: ReadonlySet<string> = new Set(["change", "edited", "lastModified", "isModified"]);
/** What is told by portraits in another way. */
const told: ReadonlySet<string> = new Set([
  "id",
  "folderId",
  "html",
  "text",
  "attachments",
  "mime",
  "extended",
]);

/** Takes an item's portrait. */
export function portraitOf(item: Item): Portrait {
  const isMark = ({ name }: Item["extended"][number]): boolean => name === markName;
  const mark = item.extended.find(isMark)?.value;
  return {
    id: item.id,
    folderId: item.folderId,
    ...(item.html !== undefined && { html: item.html }),
    ...(item.text !== undefined && { text: item.text }),
    attachments: item.attachments.map(lineOf).toSorted(),
    ...(mark !== undefined && { mark: String(mark) }),
    rest: {
      ...Object.fromEntries(
        Object.entries(item)
          .filter(([name]) => !counts.has(name) && !told.has(name))
          .map(([name, value]) => [name, structuredClone(value)]),
      ),
      header: headerOf(item),
      extended: item.extended
        .filter((one) => !isMark(one))
        .map((one) => JSON.stringify(one))
        .toSorted(),
    },
  };
}

/** An attachment, or one of a message that was never stored. */
export function lineOf(
  one: Pick<Item["attachments"][number], "name" | "contentType" | "contentId" | "content">,
): string {
  const digest = createHash("sha256").update(one.content).digest("hex").slice(0, 16);
  return [one.name, one.contentType, one.contentId ?? "-", digest].join(" | ");
}

/** Header lines, without those that say how the body is written. */
function headerOf(item: Item): string[] {
  const [head = ""] = Buffer.from(headerBytes(item)).toString("latin1").split("\r\n\r\n");
  return head
    .split(/\r\n(?![ \t])/)
    .filter((line) => !/^(content-|mime-version)/i.test(line))
    .toSorted();
}
