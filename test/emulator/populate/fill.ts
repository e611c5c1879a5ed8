import type { Organization } from "../organization.ts";
import { fillLazily } from "./lazy.ts";

/** Most people who appear in each other's generated mail. */
const mostCorrespondents = 200;

/** Puts generated mail into the mailboxes of some people, on whichever side they are; `count` messages each, the newest an hour old. */
export function fillMailboxes(
  organization: Organization,
  owners: { guid: string; name: string; alias: string }[],
  count: number,
): void {
  if (count === 0) return;
  const { store } = organization;
  const people = owners.map(({ guid, name, alias }) => ({ guid, name, address: `${alias}@${store.domain}` }));
  const colleagues = people.slice(0, mostCorrespondents).map(({ name, address }) => ({ name, address }));
  store.correspondents = colleagues;
  const newest = Math.floor(organization.now() / 1000) * 1000 - 3_600_000;
  for (const [seed, { guid, name, address }] of people.entries()) {
    const mailbox = [...store.sides.values()].flatMap((side) => side.mailboxes.get(guid) ?? [])[0];
    const parent = mailbox?.folders.get(`${guid}-msgfolderroot`);
    if (!mailbox || !parent) continue;
    const id = `${guid}-projects`;
    mailbox.folders.set(id, {
      id,
      parentId: parent.id,
      displayName: "Projects",
      folderClass: "IPF.Note",
      change: organization.nextId(),
    });
    const first = store.sequence + 1;
    store.sequence += count;
    fillLazily(mailbox, { seed, owner: { name, address }, count, first, newest }, colleagues);
  }
}
