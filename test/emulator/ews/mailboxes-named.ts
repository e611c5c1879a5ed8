import { recipientByAddress, type Side } from "../store.ts";
import { ownerIn } from "./ids.ts";
import { child, type Element } from "./xml.ts";

/** Owners of the mailboxes that a request works in: the asker's own, and those of the ids and distinguished folders that it names; sorted. */
export function mailboxesNamed(side: Side, asker: string, request: Element): string[] {
  const found = new Set([asker]);
  const look = (at: Element): void => {
    const { Id } = at.attributes;
    const address = child(child(at, "t:Mailbox"), "t:EmailAddress")?.text;
    const owner =
      at.name === "t:DistinguishedFolderId"
        ? address !== undefined && recipientByAddress(side, address)?.guid
        : Id !== undefined && ownerIn(Id);
    if (owner && side.mailboxes.has(owner)) found.add(owner);
    for (const each of at.children) look(each);
  };
  look(request);
  return [...found].toSorted();
}
