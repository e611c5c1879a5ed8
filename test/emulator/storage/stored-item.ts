import { composedSize, composeOnDemand, headOf } from "../item/composed.ts";
import type { Attachment, Item } from "../store.ts";
import { nextContent } from "./frames.ts";
import { readFrom, type Segment } from "./segment.ts";

/** Where an item's content lies: offset and length of its MIME, header (where the MIME is composed), HTML and text; -1 for none. */
type Places = number[];
const parts = { mime: 0, head: 2, html: 4, text: 6 } as const;
type Part = keyof typeof parts;

/** An item as a frame records it. */
export interface StoredItem {
  fields: Omit<Item, "mime" | "html" | "text" | "attachments">;
  places: Places;
  boundary?: string;
  attachments: { fields: Omit<Attachment, "content">; place: [at: number, length: number] }[];
}

/** Where a light item's content is read from. */
interface Home {
  segment: Segment;
  places: Places;
}

const home = Symbol("home");
type Kept<Thing> = Thing & { [home]?: Home };

/** Where larger byte arrays lie that were read or written before: they need not be written again. */
const known = new WeakMap<Uint8Array, Home>();
const worthKnowing = 4096;

function read(from: Home, part: number): Buffer {
  const [at = -1, length = 0] = from.places.slice(part, part + 2);
  const bytes = readFrom(from.segment, at, length);
  if (length >= worthKnowing) known.set(bytes, { segment: from.segment, places: [at, length] });
  return bytes;
}

function accessor(name: string, get: (from: Home) => unknown): PropertyDescriptor {
  return {
    enumerable: true,
    configurable: true,
    get(this: Kept<object>) {
      const from = this[home];
      if (!from) throw new Error(`'${name}' is nowhere.`);
      return get(from);
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { value, enumerable: true, configurable: true, writable: true });
    },
  };
}

const mime = accessor("mime", (from) => read(from, parts.mime));
const html = accessor("html", (from) => read(from, parts.html).toString("utf8"));
const text = accessor("text", (from) => read(from, parts.text).toString("utf8"));
const content = accessor("content", (from) => read(from, 0));

/** Whether a property still is read from where the thing came from. */
function untouched(thing: object, name: string, by: PropertyDescriptor): boolean {
  return Object.getOwnPropertyDescriptor(thing, name)?.get === by.get;
}

/** An item whose content is read from the file when somebody asks for it. */
export function lightItem(segment: Segment, stored: StoredItem): Item {
  const { fields, places, boundary, attachments } = stored;
  const item = {
    ...fields,
    attachments: attachments.map(({ fields: rest, place }) =>
      Object.defineProperties({ ...rest } as Attachment, {
        [home]: { value: { segment, places: [...place] } satisfies Home },
        content,
      }),
    ),
  } as Item;
  const from: Home = { segment, places };
  Object.defineProperty(item, home, { value: from });
  const has = (part: Part): boolean => (places[parts[part]] ?? -1) >= 0;
  if (has("html")) Object.defineProperty(item, "html", html);
  if (has("text")) Object.defineProperty(item, "text", text);
  if (boundary === undefined) return Object.defineProperty(item, "mime", mime);
  composeOnDemand(item, {
    get bytes() {
      return read(from, parts.head);
    },
    boundary,
  });
  return item;
}

/** Bytes of an item's MIME, which is not read to count them. */
export function sizeOf(item: Kept<Item>): number {
  const from = item[home];
  return (
    (from && untouched(item, "mime", mime) ? from.places[parts.mime + 1] : undefined) ?? composedSize(item)
  );
}

/** Content that goes into a file with its next frame. */
export interface Outgoing {
  segment: Segment;
  chunks: Uint8Array[];
  /** Where the next chunk goes. */
  at: number;
  /** Large chunks and where they go. */
  large: [chunk: Uint8Array, home: Home][];
}

export function outgoing(segment: Segment): Outgoing {
  return { segment, chunks: [], at: nextContent(segment), large: [] };
}

/** Notes that what went out is in the file. */
export function arrived({ large }: Outgoing): void {
  for (const [chunk, where] of large) known.set(chunk, where);
}

/** Where bytes lie in the file: where they are already, or where they go with the next frame. */
export function put(out: Outgoing, bytes: Uint8Array): [at: number, length: number] {
  const before = known.get(bytes);
  if (before?.segment === out.segment) return [before.places[0] ?? -1, bytes.length];
  const at = out.at;
  out.chunks.push(bytes);
  out.at += bytes.length;
  if (bytes.length >= worthKnowing)
    out.large.push([bytes, { segment: out.segment, places: [at, bytes.length] }]);
  return [at, bytes.length];
}

/** Records an item; of its content goes out what the file does not have yet. */
export function storeItem(item: Kept<Item>, out: Outgoing): StoredItem {
  const from = item[home];
  const stays = (name: "mime" | "html" | "text", by: PropertyDescriptor): [number, number] | undefined => {
    if (from?.segment !== out.segment || !untouched(item, name, by)) return undefined;
    return [from.places[parts[name]] ?? -1, from.places[parts[name] + 1] ?? 0];
  };
  const source = headOf(item);
  const none = [-1, 0] as const;
  const bytes = (value: string | undefined): readonly [number, number] =>
    value === undefined ? none : put(out, Buffer.from(value));
  const places: Places = [
    ...(source ? none : (stays("mime", mime) ?? put(out, item.mime))),
    ...(source ? put(out, source.bytes) : none),
    ...(stays("html", html) ?? bytes(item.html)),
    ...(stays("text", text) ?? bytes(item.text)),
  ];
  const fields: Partial<Item> = {};
  for (const name of Object.keys(item) as (keyof Item)[])
    if (!separate.has(name)) Object.assign(fields, { [name]: item[name] });
  return {
    fields: fields as StoredItem["fields"],
    places,
    ...(source ? { boundary: source.boundary } : {}),
    attachments: item.attachments.map((each) => storeAttachment(each, out)),
  };
}

const separate: ReadonlySet<string> = new Set(["mime", "html", "text", "attachments"]);

function storeAttachment(attachment: Kept<Attachment>, out: Outgoing): StoredItem["attachments"][number] {
  const from = attachment[home];
  const stays = from?.segment === out.segment && untouched(attachment, "content", content);
  const fields: Partial<Attachment> = {};
  for (const name of Object.keys(attachment) as (keyof Attachment)[])
    if (name !== "content") Object.assign(fields, { [name]: attachment[name] });
  return {
    fields: fields as Omit<Attachment, "content">,
    place: stays ? [from.places[0] ?? -1, from.places[1] ?? 0] : put(out, attachment.content),
  };
}

/** Bytes that a recorded item's content takes. */
export function weightOf({ places, attachments }: StoredItem): number {
  const own = places.reduce((sum, length, index) => (index % 2 === 1 ? sum + length : sum), 0);
  return attachments.reduce((sum, { place }) => sum + place[1], own);
}
