import type { SideName } from "../store.ts";
import { acceptedDomain } from "./accepted-domain.ts";
import type { Cmdlet } from "./cmdlet.ts";
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
import { sendConnector } from "./send-connector.ts";
import { servicePrincipal } from "./service-principal.ts";
import { transportRule } from "./transport-rule.ts";
import { user } from "./user.ts";
import { validateOutboundConnector } from "./validate-outbound-connector.ts";

/** Every cmdlet that the embedded Exchange knows, of both sides. */
export const cmdlets: readonly Cmdlet[] = [
  acceptedDomain,
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

const byName = new Map(cmdlets.map((cmdlet) => [cmdlet.name.toLowerCase(), cmdlet]));

/** A side's cmdlet by its name in any letter case; undefined where that side has none. */
export function cmdletOf(name: string, side: SideName): Cmdlet | undefined {
  const cmdlet = byName.get(name.toLowerCase());
  return cmdlet?.sides.includes(side) ? cmdlet : undefined;
}
