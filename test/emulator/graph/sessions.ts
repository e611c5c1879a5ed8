import { randomUUID } from "node:crypto";

/** An attachment on its way, range by range. */
export interface Upload {
  appId: string;
  owner: string;
  itemId: string;
  item: Record<string, unknown>;
  size: number;
  received: Buffer[];
  next: number;
  /** Proves whoever sends the ranges, who sends no token. */
  secret: string;
  expires: number;
}

/** How far a client is with a folder. */
export interface Sync {
  folderId: string;
  /** What the client was told: change numbers by item id. */
  known: ReadonlyMap<string, number>;
  /** Their first ids, by those that the client was told of. */
  origins: ReadonlyMap<string, string>;
  /** What is left of this round, or undefined when the round is over. */
  pending: readonly string[] | undefined;
  /** The query of the first request of all. */
  query: string;
}

/** How far a client is with the groups: what it was told of each, by id. */
export interface GroupSync {
  known: ReadonlyMap<string, string>;
  query: string;
}

/** State between requests; it does not survive a restart, as Graph's does not for ever: clients start again. */
export interface Sessions {
  uploads: Map<string, Upload>;
  syncs: Map<string, Sync>;
  groupSyncs: Map<string, GroupSync>;
}

const mostSyncs = 1000;

export function createSessions(): Sessions {
  return { uploads: new Map(), syncs: new Map(), groupSyncs: new Map() };
}

/** Keeps a sync state; the oldest are forgotten. Answers its token. */
export function keepSync<State>(syncs: Map<string, State>, sync: State): string {
  const token = randomUUID();
  syncs.set(token, sync);
  for (const oldest of syncs.keys()) {
    if (syncs.size <= mostSyncs) break;
    syncs.delete(oldest);
  }
  return token;
}
