import type { SideName } from "../store.ts";

/** A role that Exchange brings along: which cmdlets it holds, and of some of them only certain parameters. */
interface BuiltInRole {
  name: string;
  cmdlets: RegExp;
  limited?: Record<string, readonly string[]>;
  side?: SideName;
}

const recipients =
  "Get-(Recipient|User|Mailbox|CASMailbox|EXOMailbox|EXORecipient|DistributionGroup|DistributionGroupMember|DynamicDistributionGroup|DynamicDistributionGroupMember|MailboxPermission|RecipientPermission|AcceptedDomain|ThrottlingPolicyAssociation|RetentionPolicy|RoleGroup|RoleGroupMember|OrganizationConfig)";
const groups =
  "(DistributionGroup|DistributionGroupMember|DynamicDistributionGroup|DynamicDistributionGroupMember)";

function role(name: string, pattern: string, rest: Omit<BuiltInRole, "name" | "cmdlets"> = {}): BuiltInRole {
  return { name, cmdlets: new RegExp(`^(${pattern})$`), ...rest };
}

/** Roles without a cmdlet of this organization are there to be assigned and listed. */
const nothing = "(?!)";
const everyGet = String.raw`Get-(?!(MessageTrackingLog|MessageTrace\w*|MailboxPermission|RecipientPermission)$)\w+`;

/** What Microsoft's page of each role says, as far as the cmdlets are known here. */
const all: readonly BuiltInRole[] = [
  role("Audit Logs", nothing),
  role("Distribution Groups", String.raw`\w+-${groups}|${recipients}`),
  role("Exchange Servers", "Get-ClientAccess(Server|Service)", { side: "onPremises" }),
  role("Exchange Virtual Directories", String.raw`\w+-WebServicesVirtualDirectory`, { side: "onPremises" }),
  role("Journaling", String.raw`\w+-JournalRule|Get-TransportConfig|Set-TransportConfig|${recipients}`, {
    limited: {
      "Set-TransportConfig": ["Identity", "Confirm", "DomainController", "WhatIf", "JournalingReportNdrTo"],
    },
  }),
  role("Legal Hold", `Get-Mailbox|Set-Mailbox|${recipients}`, {
    limited: {
      "Set-Mailbox": [
        "Identity",
        "Confirm",
        "DomainController",
        "WhatIf",
        "LitigationHoldEnabled",
        "LitigationHoldDate",
        "LitigationHoldOwner",
        "LitigationHoldDuration",
        "RetentionComment",
        "RetentionUrl",
      ],
    },
  }),
  role("Mail Enabled Public Folders", nothing),
  role("Mail Recipient Creation", `(New|Remove|Enable|Disable)-Mailbox|(New|Remove)-${groups}|${recipients}`),
  role(
    "Mail Recipients",
    `(Set|Enable|Disable)-Mailbox|Set-CASMailbox|Set-User|(Add|Get|Remove|Set)-MailboxFolderPermission|(Add|Remove)-(MailboxPermission|RecipientPermission)|${recipients}`,
  ),
  role("Mailbox Import Export", nothing),
  role("Mailbox Search", nothing),
  role("Message Tracking", String.raw`Get-MessageTrackingLog|Get-MessageTrace\w*|Get-Recipient|Get-Mailbox`),
  role("Migration", nothing),
  role("Monitoring", nothing),
  role("Move Mailboxes", nothing),
  role(
    "Organization Client Access",
    String.raw`\w+-AuthenticationPolicy|\w+-ApplicationAccessPolicy|Get-OrganizationConfig`,
  ),
  role(
    "Organization Configuration",
    "(Get|Set)-OrganizationConfig|Enable-OrganizationCustomization|Get-HybridConfiguration|Get-AcceptedDomain",
  ),
  role("Organization Transport Settings", "(Get|Set)-TransportConfig"),
  role("Receive Connectors", String.raw`\w+-ReceiveConnector`, { side: "onPremises" }),
  role("Recipient Policies", String.raw`\w+-ThrottlingPolicy|\w+-ThrottlingPolicyAssociation|Get-Recipient`),
  role(
    "Remote and Accepted Domains",
    String.raw`\w+-(RemoteDomain|AcceptedDomain|InboundConnector|OutboundConnector)`,
  ),
  role("Reset Password", `Set-Mailbox|${recipients}`, {
    limited: {
      "Set-Mailbox": [
        "Identity",
        "Confirm",
        "DomainController",
        "WhatIf",
        "Password",
        "ResetPasswordOnNextLogon",
      ],
    },
  }),
  role(
    "Retention Management",
    String.raw`\w+-(RetentionPolicy|RetentionPolicyTag)|Get-Mailbox|Set-Mailbox|Get-User`,
    {
      limited: {
        "Set-Mailbox": [
          "Identity",
          "Confirm",
          "DomainController",
          "WhatIf",
          "RetentionPolicy",
          "RetentionHoldEnabled",
          "StartDateForRetentionHold",
          "EndDateForRetentionHold",
        ],
      },
    },
  ),
  role(
    "Role Management",
    String.raw`\w+-(ManagementRole|ManagementRoleAssignment|ManagementRoleEntry|ManagementScope|RoleGroup|RoleGroupMember|ServicePrincipal|ServicePrincipalAuthorization)|${recipients}`,
  ),
  role("Security Group Creation and Membership", String.raw`\w+-${groups}|${recipients}`),
  role("Send Connectors", String.raw`\w+-SendConnector`, { side: "onPremises" }),
  role("Transport Hygiene", "Get-TransportConfig|Get-AcceptedDomain"),
  role(
    "Transport Rules",
    String.raw`\w+-TransportRule|Get-(OutboundConnector|InboundConnector|AcceptedDomain|TransportConfig)|${recipients}`,
  ),
  role("User Options", recipients),
  role("View-Only Configuration", everyGet),
  role("View-Only Recipients", String.raw`${recipients}|Get-MessageTrace\w*|Get-MessageTrackingLog`),
  role("ApplicationImpersonation", nothing, { side: "onPremises" }),
  ...[
    "Mail.Read",
    "Mail.ReadBasic",
    "Mail.ReadWrite",
    "Mail.Send",
    "MailboxSettings.Read",
    "MailboxSettings.ReadWrite",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Contacts.Read",
    "Contacts.ReadWrite",
    "Mail-Advanced.ReadWrite.All",
    "EWS.AccessAsApp",
    "Exchange Full Access",
  ].map((name) => role(`Application ${name}`, nothing, { side: "online" })),
];

/** The built-in roles of a side: ApplicationImpersonation left Exchange Online in 2025, the roles for applications exist nowhere else. */
export function builtInRoles(side: SideName): BuiltInRole[] {
  return all.filter(({ side: only }) => only === undefined || only === side);
}

/** Whether a role is for applications alone. */
export function isForApplications(name: string): boolean {
  return name.startsWith("Application ");
}

const delegatedOnly = /^(ApplicationImpersonation|Mailbox Import Export|Mailbox Search|Application .*)$/;

/** Built-in role groups of a side, with the roles that their members hold. Organization Management may hand out all of them, and holds most. */
export function builtInRoleGroups(side: SideName): { name: string; roles: string[] }[] {
  const there = builtInRoles(side).map(({ name }) => name);
  const given: Record<string, string[]> = {
    "Organization Management": there.filter((name) => !delegatedOnly.test(name)),
    "Recipient Management":
      "Distribution Groups,Mail Enabled Public Folders,Mail Recipient Creation,Mail Recipients,Message Tracking,Migration,Move Mailboxes,Recipient Policies".split(
        ",",
      ),
    "View-Only Organization Management": ["Monitoring", "View-Only Configuration", "View-Only Recipients"],
    "Hygiene Management": [
      "ApplicationImpersonation",
      "Receive Connectors",
      "Transport Hygiene",
      "View-Only Configuration",
      "View-Only Recipients",
    ],
    "Records Management": [
      "Audit Logs",
      "Journaling",
      "Message Tracking",
      "Retention Management",
      "Transport Rules",
    ],
    "Help Desk": ["User Options", "View-Only Recipients", ...(side === "online" ? ["Reset Password"] : [])],
    "Discovery Management": ["Legal Hold", "Mailbox Search"],
    ...(side === "onPremises"
      ? {
          "Server Management": [
            "Exchange Servers",
            "Exchange Virtual Directories",
            "Receive Connectors",
            "Monitoring",
          ],
        }
      : {}),
  };
  return Object.entries(given).map(([name, roles]) => ({
    name,
    roles: roles.filter((each) => there.includes(each)),
  }));
}

/** The role group that a role of the directory (Entra) puts its holders in. */
export const directoryRoles: Record<string, string> = {
  "Global Administrator": "Organization Management",
  "Exchange Administrator": "Organization Management",
  "Exchange Recipient Administrator": "Recipient Management",
  "Compliance Administrator": "Records Management",
  "Helpdesk Administrator": "Help Desk",
  "Global Reader": "View-Only Organization Management",
  "Security Administrator": "View-Only Organization Management",
  "Security Reader": "View-Only Organization Management",
};
