import { randomUUID } from "node:crypto";
import type { Organization } from "../organization.ts";

/** How far a client is with the groups. */
export interface GroupSync {
  token: string;
  /** What it was told of each, by id. */
  known: ReadonlyMap<string, string>;
  /** The query of the first request of all. */
  query: string;
}

const most = 1000;

/** Keeps how far a client is; of a thousand the oldest is forgotten. Answers its token. */
export function keepGroupSync(
  { store, nextId, saveEntry }: Pick<Organization, "store" | "nextId" | "saveEntry">,
  sync: Omit<GroupSync, "token">,
): string {
  const syncs = (store.groupSyncs ??= new Map<number, GroupSync>());
  const [number, token] = [nextId(), randomUUID()];
  syncs.set(number, { ...sync, token });
  saveEntry("groupSyncs", number);
  for (const oldest of syncs
    .keys()
    .take(Math.max(0, syncs.size - most))
    .toArray()) {
    syncs.delete(oldest);
    saveEntry("groupSyncs", oldest);
  }
  return token;
}

/** How far the client with a token is; undefined when the server forgot. */
export function groupSync({ store }: Pick<Organization, "store">, token: string): GroupSync | undefined {
  return store.groupSyncs?.values().find((each) => each.token === token);
}
