import type { Item } from "../store.ts";
import { composeContent } from "./compose.ts";

/** What the MIME of an item is composed from, besides the item: its header (with the empty line), and what separates its parts. */
export interface Head {
  bytes: Uint8Array;
  boundary: string;
}

const head = Symbol("head");
type Composed = Item & { [head]: Head };

/** What was composed before, and how long it was; what is long is composed again rather than kept. */
const composed = new WeakMap<object, Uint8Array>();
const sizes = new WeakMap<object, number>();
const worthKeeping = 262_144;

const accessor: PropertyDescriptor = {
  enumerable: true,
  configurable: true,
  get(this: Composed) {
    const known = composed.get(this);
    if (known) return known;
    const { bytes, boundary } = this[head];
    const mime = Buffer.concat([bytes, ...composeContent(this, boundary).content()]);
    if (mime.length <= worthKeeping) composed.set(this, mime);
    sizes.set(this, mime.length);
    return mime;
  },
  set(this: Composed, value: Uint8Array) {
    Object.defineProperty(this, "mime", { value, enumerable: true, configurable: true, writable: true });
    Object.defineProperty(this, head, { value: undefined, configurable: true });
  },
};

/** Gives an item a MIME that is composed of its bodies and attachments when somebody first reads it. */
export function composeOnDemand(item: Item, source: Head): void {
  composed.delete(item);
  sizes.delete(item);
  Object.defineProperty(item, head, { value: source, configurable: true });
  Object.defineProperty(item, "mime", accessor);
}

/** What an item's MIME is composed from; undefined where it is kept as it came. */
export function headOf(item: Item): Head | undefined {
  return (item as Partial<Composed>)[head];
}

/** Bytes of an item's MIME, which is not composed again to count them. */
export function composedSize(item: Item): number {
  return (headOf(item) ? sizes.get(item) : undefined) ?? item.mime.length;
}

/** A message's header, and perhaps more of it: enough for those who do not look at its content. */
export function headerBytes(item: Item): Uint8Array {
  return headOf(item)?.bytes ?? item.mime;
}

/** A copy of an item with the same identity; what is composed or read on demand stays so. */
export function copyOf(item: Item): Item {
  return Object.defineProperties({} as Item, Object.getOwnPropertyDescriptors(item));
}
