/**
 * Where an item lies: in Sent Items itself; in a folder of the owner's; deleted; or where no sent copy is ever looked for
 * (being written, on its way, or put aside by a synchronisation).
 */
export type Place = "sent" | "own" | "deleted" | "apart";

/** A folder as far as it takes to tell what it is. */
export interface FolderFacts {
  id: string;
  parentId: string | undefined;
  /** Its well-known name in lower case (`sentitems`); undefined for a folder of the owner's. */
  name: string | undefined;
}

/** Well-known folders that decide about everything below them. */
const places: Readonly<Record<string, Place>> = {
  msgfolderroot: "own",
  deleteditems: "deleted",
  recoverableitemsdeletions: "deleted",
  drafts: "apart",
  outbox: "apart",
  syncissues: "apart",
  conflicts: "apart",
  localfailures: "apart",
  serverfailures: "apart",
};

/** The names that have to be known of folders. */
export const wellKnownNames = ["sentitems", ...Object.keys(places)];

/** What kind of place a folder is, going by those above it; `folders` holds it and them by id. */
export function placeOf(id: string, folders: ReadonlyMap<string, FolderFacts>): Place {
  let folder = folders.get(id);
  if (folder?.name === "sentitems") return "sent";
  for (let step = 0; folder && step < folders.size; step++) {
    const place = places[folder.name ?? ""];
    if (place !== undefined) return place;
    folder = folders.get(folder.parentId ?? "");
  }
  return "own";
}

/** Whether a transport header (PidTagTransportMessageHeaders) is that of a received message: a sent copy was stored before any server added its line. */
export function wasReceived(transportHeader: string | undefined): boolean {
  return /^Received:/im.test(transportHeader ?? "");
}
