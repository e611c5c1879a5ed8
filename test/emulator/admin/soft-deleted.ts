import type { Recipient, Row } from "../store.ts";
import type { Call } from "./cmdlet.ts";
import { ambiguous, notFound } from "./fault.ts";
import { mailboxRow } from "./recipient-row.ts";

const noun = "SoftDeletedMailbox";
const thirtyDays = 30 * 86_400_000;

/** Keeps what is known of a mailbox of Exchange Online that is removed: for thirty days it can be listed, beside a new namesake. Its mail is gone here. */
export function softDelete(call: Call, recipient: Recipient): void {
  const objects = call.side.objects.get(noun) ?? new Map<string, Row>();
  call.side.objects.set(noun, objects);
  objects.set(recipient.guid, {
    Guid: recipient.guid,
    At: call.organization.now(),
    Recipient: {
      ...recipient,
      distinguishedName: recipient.distinguishedName.replace(",", ",OU=Soft Deleted Objects,"),
    },
  });
}

/** Soft-deleted mailboxes as `Get-Mailbox -SoftDeletedMailbox` prints them. @throws CmdletError when Identity names none, or several */
export function softDeleted(call: Call): Row[] {
  const identity = call.parameters["Identity"];
  if (typeof identity !== "string") return kept(call).map((each) => shown(call, each));
  const found = kept(call).filter(({ recipient }) => answers(recipient, identity));
  if (found.length === 0) throw notFound(call.side, identity);
  if (found.length > 1) throw ambiguous(identity);
  return found.map((each) => shown(call, each));
}

/** Removes a soft-deleted mailbox for good; false when nothing answers to the identity. @throws CmdletError when several do */
export function purge(call: Call, identity: unknown): boolean {
  const found = kept(call).filter(({ recipient }) => answers(recipient, String(identity)));
  if (found.length > 1) throw ambiguous(identity);
  if (call.parameters["WhatIf"] !== true)
    for (const { recipient } of found) call.side.objects.get(noun)?.delete(recipient.guid);
  return found.length === 1;
}

interface Kept {
  recipient: Recipient;
  at: number;
}

function kept(call: Call): Kept[] {
  return [...(call.side.objects.get(noun)?.values() ?? [])]
    .map((row) => ({ recipient: row["Recipient"] as Recipient, at: Number(row["At"]) }))
    .filter(({ at }) => call.organization.now() - at < thirtyDays);
}

function shown(call: Call, { recipient, at }: Kept): Row {
  return {
    ...mailboxRow(call.side, recipient),
    IsSoftDeletedByRemove: true,
    WhenSoftDeleted: new Date(at).toISOString(),
    IsMailboxEnabled: false,
  };
}

function answers(recipient: Recipient, identity: string): boolean {
  const wanted = identity.toLowerCase();
  const { guid, name, alias, displayName, primarySmtpAddress, userPrincipalName, distinguishedName } =
    recipient;
  return [guid, name, alias, displayName, primarySmtpAddress, userPrincipalName, distinguishedName].some(
    (value) => value?.toLowerCase() === wanted,
  );
}
