import type { Organization } from "../organization.ts";
import { sideOf, type Row, type Side } from "../store.ts";
import { acceptedDomainDefaults } from "./accepted-domain.ts";
import { canonicalName } from "./identity.ts";
import { inboundConnectorDefaults } from "./inbound-connector.ts";
import { addAssignment } from "./management-role-assignment.ts";
import { createObject } from "./object.ts";
import { outboundConnectorDefaults } from "./outbound-connector.ts";
import { builtInRoleGroups, builtInRoles } from "./roles.ts";
import { sendConnectorDefaults } from "./send-connector.ts";

/** What a run of the Hybrid Configuration Wizard leaves behind; one id joins its connectors. */
const hybrid = "9d5c0e0f-3b7a-4c1e-8f55-2f0c1b9e7a44";

/** Names and ids that a seeded organization is known by. */
export const seeded = {
  application: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e",
  worker: "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047",
  onPremisesHost: "mail.contoso.com",
  onlineHost: "contoso-com.mail.protection.outlook.com",
  relayHost: "contoso.smtp.codetwo.online",
} as const;

/** Puts the configuration objects of a new organization into its sides: domains, hybrid connectors, role groups and assignments. */
export function seedConfiguration(
  organization: Organization,
  administrators: string[],
  dehydrated = false,
): void {
  const onPremises = sideOf(organization, "onPremises");
  const { domain, tenantDomain } = organization.store;
  createObject(organization, onPremises, "AcceptedDomain", acceptedDomain(domain, true));
  createObject(organization, onPremises, "OrganizationConfig", {
    Name: "Contoso",
    IsDehydrated: false,
    IsMixedMode: false,
  });
  seedRoles(organization, onPremises, administrators);
  if (organization.environment === "onPremises") {
    createObject(organization, onPremises, "SendConnector", {
      ...sendConnectorDefaults,
      Name: "Internet",
      AddressSpaces: ["SMTP:*;1"],
    });
    return;
  }
  createObject(organization, onPremises, "HybridConfiguration", {
    Name: "Hybrid Configuration",
    Domains: [domain],
    Features: [
      "FreeBusy",
      "MoveMailbox",
      "Mailtips",
      "MessageTracking",
      "OwaRedirection",
      "OnlineArchive",
      "SecureMail",
    ],
    ReceivingTransportServers: ["EX01"],
    SendingTransportServers: ["EX01"],
    ClientAccessServers: [],
    EdgeTransportServers: [],
    OnPremisesSmartHost: seeded.onPremisesHost,
    TlsCertificateName: `<I>CN=Embedded Exchange Root<S>CN=${seeded.onPremisesHost}`,
    ServiceInstance: "0",
  });
  const online = sideOf(organization, "online");
  const routing = tenantDomain.replace(/\.onmicrosoft\.com$/, ".mail.onmicrosoft.com");
  createObject(organization, onPremises, "AcceptedDomain", acceptedDomain(routing, false, "InternalRelay"));
  createObject(organization, onPremises, "SendConnector", {
    ...sendConnectorDefaults,
    Name: `Outbound to Office 365 - ${hybrid}`,
    AddressSpaces: ["SMTP:*;1"],
    DNSRoutingEnabled: false,
    SmartHosts: [seeded.onlineHost],
    RequireTLS: true,
    TlsAuthLevel: "DomainValidation",
    TlsDomain: "mail.protection.outlook.com",
    TlsCertificateName: `<I>CN=Embedded Exchange Root<S>CN=${seeded.onPremisesHost}`,
    CloudServicesMailEnabled: true,
    Fqdn: seeded.onPremisesHost,
  });
  for (const name of [domain, tenantDomain, routing, seeded.relayHost]) {
    createObject(organization, online, "AcceptedDomain", acceptedDomain(name, name === domain));
  }
  createObject(organization, online, "OrganizationConfig", {
    Name: tenantDomain,
    IsDehydrated: dehydrated,
    EwsEnabled: true,
  });
  seedRoles(organization, online, administrators);
  seedHybridConnectors(organization, online);
  createObject(organization, online, "ServicePrincipal", {
    Name: seeded.application,
    Identity: seeded.application,
    AppId: seeded.application,
    ObjectId: "6c1d7b32-55b1-49f8-8a0e-7d1b0f6f2a19",
    DisplayName: "Sent Items Update",
    Sid: "S-1-5-21-1708537768-844245398-682003330-9001",
  });
}

/** The on-premises service account (its name in the directory) may impersonate everybody, as after New-ManagementRoleAssignment. */
export function grantImpersonation(organization: Organization, name: string): void {
  const side = sideOf(organization, "onPremises");
  const account = [...side.recipients.values()].find((each) => each.name === name);
  if (!account) throw new Error(`Nobody on-premises is called ${name}.`);
  createObject(organization, side, "ManagementRoleAssignment", {
    Name: `ApplicationImpersonation-${name}`,
    Role: "ApplicationImpersonation",
    RoleAssignee: canonicalName(account),
    RoleAssigneeName: name,
    RoleAssigneeType: "User",
    RoleAssignmentDelegationType: "Regular",
    AssignmentMethod: "Direct",
    Enabled: true,
    RecipientReadScope: "Organization",
    RecipientWriteScope: "Organization",
    ConfigReadScope: "None",
    ConfigWriteScope: "None",
    CustomRecipientWriteScope: null,
    CustomResourceScope: null,
  });
}

function seedHybridConnectors(organization: Organization, online: Side): void {
  createObject(organization, online, "InboundConnector", {
    ...inboundConnectorDefaults,
    Name: `Inbound from ${hybrid}`,
    ConnectorType: "OnPremises",
    ConnectorSource: "HybridWizard",
    SenderDomains: ["smtp:*;1"],
    RequireTls: true,
    CloudServicesMailEnabled: true,
    TlsSenderCertificateName: seeded.onPremisesHost,
  });
  createObject(organization, online, "OutboundConnector", {
    ...outboundConnectorDefaults,
    Name: `Outbound to ${hybrid}`,
    UseMXRecord: false,
    ConnectorType: "OnPremises",
    ConnectorSource: "HybridWizard",
    RecipientDomains: [organization.store.domain],
    SmartHosts: [seeded.onPremisesHost],
    TlsDomain: seeded.onPremisesHost,
    TlsSettings: "DomainValidation",
    CloudServicesMailEnabled: true,
    IsValidated: true,
    LastValidationTimestamp: new Date(organization.now()).toISOString(),
  });
}

function seedRoles(organization: Organization, side: Side, administrators: string[]): void {
  for (const { name, roles } of builtInRoleGroups(side.name)) {
    createObject(organization, side, "RoleGroup", {
      Name: name,
      DisplayName: "",
      Description: "",
      Members: name === "Organization Management" ? [...administrators] : [],
      ManagedBy: ["Organization Management"],
      RoleGroupType: "BuiltIn",
    });
    for (const role of roles) addAssignment(organization, side, { role, group: name });
  }
  // Organization Management may hand out every role; that a delegating assignment grants nothing itself is a trap on purpose.
  for (const { name } of builtInRoles(side.name))
    addAssignment(organization, side, { role: name, group: "Organization Management", delegating: true });
}

function acceptedDomain(name: string, isDefault: boolean, type = "Authoritative"): Row {
  return {
    ...acceptedDomainDefaults,
    Name: name,
    DomainName: name,
    DomainType: type,
    Default: isDefault,
    AuthenticationType: "Managed",
    InitialDomain: name.endsWith(".onmicrosoft.com"),
  };
}
