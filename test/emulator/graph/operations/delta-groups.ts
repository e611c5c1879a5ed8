import type { Recipient } from "../../store.ts";
import { option, type Call, type Operation } from "../call.ts";
import { group, kindOf, objectBody, objectsOf } from "../directory.ts";
import { GraphError } from "../error.ts";
import { groupSync, keepGroupSync, type GroupSync } from "../group-syncs.ts";
import { linkWith } from "../query/collection.ts";
import { readSelect } from "../query/options.ts";

type Synced = Omit<GroupSync, "token">;

/** GET groups/delta: first every group, afterwards those that changed or are gone; with `$select=members` who came and went as well. */
export const deltaGroups: Operation = (call) => {
  const token = option(call, "deltatoken") ?? option(call, "skiptoken");
  const before = token === undefined ? undefined : groupSync(call.organization, token);
  if (token !== undefined && !before)
    throw new GraphError(410, "syncStateNotFound", "The sync state is not found: start over.", {
      Location: `${call.root}/groups/delta`,
    });
  const sync: Synced = before ?? { known: new Map(), query: call.url.search };
  const now = new Map(objectsOf(call.side, group).map((each) => [each.guid, stateOf(each)]));
  const value = [
    ...[...now].flatMap(([id, state]) => (sync.known.get(id) === state ? [] : [changed(call, sync, id)])),
    ...[...sync.known.keys()]
      .filter((id) => !now.has(id))
      .map((id) => ({ id, "@removed": { reason: "deleted" } })),
  ];
  const next = keepGroupSync(call.organization, { query: sync.query, known: now });
  return {
    status: 200,
    body: {
      "@odata.context": `${call.root}/$metadata#groups`,
      value,
      "@odata.deltaLink": linkWith(new URL(call.url.pathname, call.url), "$deltatoken", next),
    },
  };
};

/** Everything that a client may be told of a group, to be compared. */
function stateOf(of: Recipient): string {
  return JSON.stringify([objectBody(of, undefined), of.members]);
}

function changed({ side, url }: Call, { known, query }: Synced, id: string): object {
  const asked = { url: new URL(query, url) };
  const select = readSelect(asked, group.type, [...group.readers.keys(), "members"]);
  const found = side.recipients.get(id);
  if (!found) return { id, "@removed": { reason: "changed" } };
  const body = objectBody(found, select && ["id", ...select.filter((name) => name !== "members")]);
  if (select && !select.includes("members")) return body;
  const [, before = []] = JSON.parse(known.get(id) ?? "[]") as [unknown?, string[]?];
  const members = found.members ?? [];
  const told = [
    ...members
      .filter((guid) => !before.includes(guid))
      .map((guid) => ({ ...typed(side.recipients.get(guid)), id: guid })),
    ...before
      .filter((guid) => !members.includes(guid))
      .map((guid) => ({ ...typed(side.recipients.get(guid)), id: guid, "@removed": { reason: "deleted" } })),
  ];
  return told.length === 0 ? body : { ...body, "members@delta": told };
}

function typed(member: Recipient | undefined): object {
  return member ? { "@odata.type": `#${kindOf(member).type}` } : {};
}
