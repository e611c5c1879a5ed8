import type { SideName } from "../store.ts";
import { acceptedDomain } from "./accepted-domain.ts";
import { applicationAccessPolicy } from "./application-access-policy.ts";
import { authenticationPolicy } from "./authentication-policy.ts";
import { casMailbox } from "./cas-mailbox.ts";
import { distributionGroupMember } from "./distribution-group-member.ts";
import { dynamicDistributionGroup } from "./dynamic-distribution-group.ts";
import { exoRecipient } from "./exo-recipient.ts";
import { messageTraceV1 } from "./message-trace-v1.ts";
import { enableMailbox } from "./enable-mailbox.ts";
import { managementRole } from "./management-role.ts";
import { managementRoleEntry } from "./management-role-entry.ts";
import { mailboxFolderPermission } from "./mailbox-folder-permission.ts";
import { permission } from "./permission.ts";
import { retentionPolicy } from "./retention-policy.ts";
import { clientAccess, hybridConfiguration, webServicesVirtualDirectory } from "./client-access.ts";
import { journalRule } from "./journal-rule.ts";
import { receiveConnector } from "./receive-connector.ts";
import { remoteDomain } from "./remote-domain.ts";
import { throttlingPolicy } from "./throttling-policy.ts";
import { transportConfig } from "./transport-config.ts";
import type { Cmdlet, SignedCmdlet } from "./cmdlet.ts";
import { distributionGroup } from "./distribution-group.ts";
import { inboundConnector } from "./inbound-connector.ts";
import { mailbox } from "./mailbox.ts";
import { managementRoleAssignment } from "./management-role-assignment.ts";
import { managementScope } from "./management-scope.ts";
import { messageTrace } from "./message-trace.ts";
import { messageTrackingLog } from "./message-tracking-log.ts";
import { organizationConfig } from "./organization-config.ts";
import { outboundConnector } from "./outbound-connector.ts";
import { recipient } from "./recipient.ts";
import { roleGroup } from "./role-group.ts";
import { signatureOf } from "./signature/all.ts";
import { sendConnector } from "./send-connector.ts";
import { servicePrincipal } from "./service-principal.ts";
import { transportRule } from "./transport-rule.ts";
import { user } from "./user.ts";
import { validateOutboundConnector } from "./validate-outbound-connector.ts";

const written: readonly Cmdlet[] = [
  acceptedDomain,
  applicationAccessPolicy,
  authenticationPolicy,
  casMailbox,
  clientAccess,
  distributionGroupMember,
  dynamicDistributionGroup,
  enableMailbox,
  exoRecipient,
  messageTraceV1,
  managementRole,
  managementRoleEntry,
  mailboxFolderPermission,
  permission,
  retentionPolicy,
  hybridConfiguration,
  journalRule,
  receiveConnector,
  remoteDomain,
  throttlingPolicy,
  transportConfig,
  webServicesVirtualDirectory,
  distributionGroup,
  inboundConnector,
  mailbox,
  managementRoleAssignment,
  managementScope,
  messageTrace,
  messageTrackingLog,
  organizationConfig,
  outboundConnector,
  recipient,
  roleGroup,
  sendConnector,
  servicePrincipal,
  transportRule,
  user,
  validateOutboundConnector,
].flat();

/** Every cmdlet that the embedded Exchange knows, of both sides, with all the parameters that Microsoft's reference gives it. */
export const cmdlets: readonly SignedCmdlet[] = written.map(signed);

const byName = new Map(cmdlets.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** A side's cmdlet by its name in any letter case; undefined where that side has none. */
export function cmdletOf(name: string, side: SideName): SignedCmdlet | undefined {
  const cmdlet = byName.get(name.toLowerCase());
  return cmdlet?.sides.includes(side) ? cmdlet : undefined;
}

/** The signature says which parameters there are; what the cmdlet's own file knows of their types counts more. */
function signed(cmdlet: Cmdlet): SignedCmdlet {
  const { side, parameters, defaultSet } = signatureOf(cmdlet.name);
  return {
    ...cmdlet,
    sides: side === undefined ? ["onPremises", "online"] : [side],
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, type]) => [name, { ...type, ...cmdlet.types?.[name] }]),
    ),
    ...(defaultSet === undefined ? {} : { defaultSet }),
  };
}
