import { isDeepStrictEqual } from "node:util";
import type { Letter } from "./letters.ts";
import type { Portrait } from "./portrait.ts";

/** What the recipients got of a message: one for each version of it. */
export type Delivered = Pick<Portrait, "html" | "text" | "attachments">;

/** What became of the copy of one message, told from the mailbox alone. */
export type Verdict =
  | { is: "updated" | "untouched" }
  /** `lost`: it does not show what it should; `doubled`: there is more of something than there should be; `damaged`: what should have stayed is another. */
  | { is: "lost" | "doubled" | "damaged"; why: string };

/** What a verdict rests on. */
export interface Evidence {
  letter: Pick<Letter, "skipped" | "manner">;
  /** The copy as it was before anybody could have touched it. */
  before: Portrait;
  /** All items of the mailbox with the message's id, but for those in Recoverable Items. */
  after: Portrait[];
  delivered: Delivered[];
}

/** What an item that takes another's place, or stands beside it, has of its own. */
const own: ReadonlySet<string> = new Set(["id", "created", "arrived"]);

/** Judges without knowing how the product works, or what it says: from what was there, what went out, and what is there. */
export function judge({ letter, before, after, delivered }: Evidence): Verdict {
  const { skipped, manner } = letter;
  if (after.length === 0) return { is: "lost", why: "the copy is gone" };
  const beside = manner === "kept" ? [before] : [];
  const wanted: Delivered[] = skipped === undefined ? [...delivered, ...beside] : [before];
  if (after.length > wanted.length)
    return { is: "doubled", why: `there are ${after.length} items instead of ${wanted.length}` };
  const left = [...after];
  for (const one of wanted) {
    const index = left.findIndex((item) => body(item, before) === body(one, before));
    const [item] = index < 0 ? [] : left.splice(index, 1);
    if (!item) return { is: "lost", why: unshown(left, one, before) };
    const why = attached(item, one);
    if (why) return why;
    const isAnew = manner === "anew" && item.id !== before.id;
    const differs = difference(withoutBody(before, isAnew), withoutBody(item, isAnew));
    if (differs !== undefined) return { is: "damaged", why: differs };
    if (skipped !== undefined && item.mark !== undefined)
      return { is: "damaged", why: `it bears ${item.mark}` };
  }
  const same = after.some((item) => [...own].every((name) => flat(item)[name] === flat(before)[name]));
  if (!same && manner !== "anew")
    return { is: "damaged", why: "the item that was there is not there any more" };
  return { is: skipped === undefined ? "updated" : "untouched" };
}

/** Of the two forms of a body Exchange makes one from the other: what counts is the one that the copy was stored with. */
function body({ html, text }: Delivered, before: Portrait): string | undefined {
  return before.html === undefined ? text : html;
}

function unshown(items: Portrait[], wanted: Delivered, before: Portrait): string {
  const shown = items.map((item) => body(item, before)).join("\n");
  return `nothing shows ${body(wanted, before)}; there is ${shown === "" ? "no other item" : shown}`;
}

/** What is wrong with an item's attachments. */
function attached(item: Portrait, { attachments }: Delivered): Verdict | undefined {
  const missing = attachments.filter((line) => !item.attachments.includes(line));
  if (missing.length > 0) return { is: "lost", why: `missing: ${missing.join(", ")}` };
  if (item.attachments.length === attachments.length) return undefined;
  return {
    is: "doubled",
    why: `attached: ${item.attachments.join(", ")}, instead of ${attachments.join(", ")}`,
  };
}

function withoutBody(portrait: Portrait, isAnew: boolean): Record<string, unknown> {
  const { html: _html, text: _text, mark: _mark, attachments: _attachments, ...kept } = flat(portrait);
  const rest = Object.entries(kept).filter(([name]) => !own.has(name));
  return Object.fromEntries(isAnew ? rest.map(([name, value]) => [name, carried(name, value)]) : rest);
}

/** Both protocols tell times to the second, and some header lines are written anew from properties. */
function carried(name: string, value: unknown): unknown {
  if (typeof value === "number" && ["sent", "received"].includes(name)) return Math.floor(value / 1000);
  const written = /^(from|sender|to|importance|thread-(index|topic)):/i;
  return name === "header" ? (value as string[]).filter((line) => !written.test(line)) : value;
}

function flat({ rest, ...more }: Portrait): Record<string, unknown> {
  return { ...more, ...rest };
}

/** The things in which two records differ; undefined for none. */
function difference(was: Record<string, unknown>, is: Record<string, unknown>): string | undefined {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const found = names
    .filter((name) => !isDeepStrictEqual(was[name], is[name]))
    .map((name) => `${name} was ${JSON.stringify(was[name])}, is ${JSON.stringify(is[name])}`);
  return found.length === 0 ? undefined : found.join("; ");
}
