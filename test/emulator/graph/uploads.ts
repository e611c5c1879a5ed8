import { randomUUID } from "node:crypto";
import type { Organization } from "../organization.ts";

/** An attachment that a client announced, and sends range by range. */
export interface Upload {
  id: string;
  appId: string;
  /** The mailbox's owner, by guid. */
  owner: string;
  itemId: string;
  /** The attachment as it was announced. */
  item: Record<string, unknown>;
  size: number;
  /** Proves whoever sends the ranges, who sends no token. */
  secret: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** A range that came; those of one upload follow one another. */
export interface UploadedRange {
  /** The upload's id. */
  of: string;
  content: Uint8Array;
}

type Place = Pick<Organization, "store" | "nextId" | "saveEntry" | "now">;

/** Begins an upload, and forgets those that nobody ended in time. */
export function beginUpload(place: Place, announced: Omit<Upload, "id" | "secret">): Upload {
  const upload: Upload = { ...announced, id: randomUUID(), secret: randomUUID() };
  const now = place.now();
  forget(place, (of) => (uploadNamed(place, of)?.expires ?? 0) <= now);
  keep(place, upload);
  return upload;
}

/** An upload by its id; undefined when it was ended, or never was. */
export function uploadNamed({ store }: Pick<Place, "store">, id: string): Upload | undefined {
  return store.uploads?.values().find((each): each is Upload => "id" in each && each.id === id);
}

/** What came of an upload so far, in order. */
export function rangesOf({ store }: Pick<Place, "store">, { id }: Upload): Uint8Array[] {
  const entries = store.uploads?.values().toArray() ?? [];
  return entries.flatMap((each) => ("of" in each && each.of === id ? [each.content] : []));
}

/** Takes the next range. */
export function addRange(place: Place, { id }: Upload, content: Uint8Array): void {
  keep(place, { of: id, content });
}

/** Forgets an upload with all that came of it. */
export function endUpload(place: Place, { id }: Upload): void {
  forget(place, (of) => of === id);
}

function keep({ store, nextId, saveEntry }: Place, entry: Upload | UploadedRange): void {
  const number = nextId();
  (store.uploads ??= new Map()).set(number, entry);
  saveEntry("uploads", number);
}

function forget({ store, saveEntry }: Place, unwanted: (upload: string) => boolean): void {
  const entries = [...(store.uploads ?? [])];
  for (const [number] of entries.filter(([, each]) => unwanted("of" in each ? each.of : each.id))) {
    store.uploads?.delete(number);
    saveEntry("uploads", number);
  }
}
