import type { Recipient } from "../store.ts";
import type { Call } from "./cmdlet.ts";
import { CmdletError } from "./fault.ts";

/** What Exchange Online itself is the master of, even for recipients that come from on-premises. */
const cloudOwned =
  /^(Identity|Confirm|WhatIf|Force|Bypass\w+|AccountDisabled|Archive\w*|Audit\w*|AuthenticationPolicy|DeliverToMailboxAndForward|Forwarding\w+|Litigation\w+|MessageCopy\w+|RetentionPolicy|RetentionHoldEnabled|RetainDeletedItemsFor|RoleAssignmentPolicy|Type|ResetPasswordOnNextLogon|Max(Send|Receive)Size|SingleItemRecoveryEnabled|RecipientLimits|DefaultAuditSet|RemotePowerShellEnabled|MessageTrackingReadStatusEnabled)$/;

/** @throws CmdletError when a cmdlet would change in Exchange Online what only on-premises may. */
export function refuseSynchronised(call: Call, cmdlet: string, recipient: Recipient, all = false): void {
  if (recipient.other["IsDirSynced"] !== true) return;
  const owned = Object.keys(call.parameters).filter((name) => all || !cloudOwned.test(name));
  if (owned.length === 0) return;
  const kind = recipient.members ? "Group" : "mailbox";
  const property = owned.find((name) => name !== "Identity") ?? "Identity";
  throw new CmdletError(
    "Microsoft.Exchange.Configuration.Tasks.RecipientTaskException",
    `The operation on ${kind} "${recipient.name}" failed because it's out of the current user's write scope. The action '${cmdlet}', '${property}', can't be performed on the object '${recipient.name}' because the object is being synchronized from your on-premises organization. This action should be performed on the object in your on-premises organization.`,
  );
}
