import type { Kind } from "../kind.ts";
import { acceptedDomain } from "./accepted-domain.ts";
import { applicationCheck } from "./application-check.ts";
import { applicationGrant } from "./application-grant.ts";
import { connectorPropagation } from "./connector-propagation.ts";
import { distributionGroup } from "./distribution-group.ts";
import { existingAccount } from "./existing-account.ts";
import { impersonationCheck } from "./impersonation-check.ts";
import { impersonationGrant } from "./impersonation-grant.ts";
import { impersonationGranted } from "./impersonation-granted.ts";
import { inboundConnector } from "./inbound-connector.ts";
import { intakeMailbox } from "./intake-mailbox.ts";
import { journalRule } from "./journal-rule.ts";
import { managementScope } from "./management-scope.ts";
import { organizationCustomization } from "./organization-customization.ts";
import { outboundConnectorValidation } from "./outbound-connector-validation.ts";
import { outboundConnector } from "./outbound-connector.ts";
import { receiveConnector } from "./receive-connector.ts";
import { remoteDomain } from "./remote-domain.ts";
import { retentionPolicyTag } from "./retention-policy-tag.ts";
import { retentionPolicy } from "./retention-policy.ts";
import { sendConnector } from "./send-connector.ts";
import { senderScope } from "./sender-scope.ts";
import { serviceAccount } from "./service-account.ts";
import { servicePrincipal } from "./service-principal.ts";
import { settingsPublication } from "./settings-publication.ts";
import { transportConfig } from "./transport-config.ts";
import { transportRule } from "./transport-rule.ts";

/** Every kind by the name that state keeps: names stay, files may move. */
export const kinds = {
  AcceptedDomain: acceptedDomain,
  ExistingAccount: existingAccount,
  ServiceAccount: serviceAccount,
  OrganizationCustomization: organizationCustomization,
  ServicePrincipal: servicePrincipal,
  ManagementScope: managementScope,
  ImpersonationGrant: impersonationGrant,
  ImpersonationGranted: impersonationGranted,
  ImpersonationCheck: impersonationCheck,
  ApplicationGrant: applicationGrant,
  ApplicationCheck: applicationCheck,
  DistributionGroup: distributionGroup,
  SenderScope: senderScope,
  InboundConnector: inboundConnector,
  OutboundConnector: outboundConnector,
  OutboundConnectorValidation: outboundConnectorValidation,
  ConnectorPropagation: connectorPropagation,
  TransportRule: transportRule,
  SendConnector: sendConnector,
  ReceiveConnector: receiveConnector,
  RemoteDomain: remoteDomain,
  TransportConfig: transportConfig,
  JournalRule: journalRule,
  IntakeMailbox: intakeMailbox,
  RetentionPolicyTag: retentionPolicyTag,
  RetentionPolicy: retentionPolicy,
  SettingsPublication: settingsPublication,
} satisfies Record<string, Kind>;

/** A kind's name in state and in the desired list. */
export type KindName = keyof typeof kinds;
