import { describe, expect, test } from "vitest";
import { ConfigError, pathText } from "../../../../stacks/config/problem.ts";
import { rules, warnings } from "../../../../stacks/config/rules/rules.ts";
import { type Edit, edited, hybrid, load, onPremises } from "../samples.ts";

/** A text that breaks rules, and what is said: the path, a colon and how the message starts. */
type Case = readonly [what: string, text: string, ...told: string[]];

const without = (...path: (string | number)[]): Edit => [path, undefined];
const journal = {
  via: "journal",
  address: "journal@siu.contoso.com",
  smartHost: "siu.contoso.com",
  listen: { key: "${env:KEY}", certificate: "${env:CERTIFICATE}" },
};
const relay = { via: "relay", listen: journal.listen, allow: ["192.0.2.0/24"] };
const mailbox = (read: string) => ({ via: "mailbox", address: "intake@contoso.com", read });
const application = { clientId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e", clientSecret: "${env:SECRET}" };
const custom = {
  preset: "custom",
  smartHost: "relay.contoso.com",
  serverCertificateName: "relay.contoso.com",
  clientCertificateName: "relay.contoso.com",
  processedHeader: "X-Stamped",
};
const online = edited(hybrid, [["environment"], "online"], without("connections", "onPremises"), [
  ["serviceAccount"],
  { application },
]);
const rule = (fields: object) => ({ preset: "signatures", scope: "signatures", ...fields });

const cases: Record<string, readonly Case[]> = {
  sidesOfTheEnvironment: [
    [
      "hybrid without Exchange Online",
      edited(hybrid, without("connections", "online")),
      "connections.online: is missing: Exchange Online is part of the environment hybrid",
    ],
    [
      "hybrid without own servers",
      edited(hybrid, without("connections", "onPremises")),
      "connections.onPremises: is missing: your own servers are part of the environment hybrid",
    ],
    [
      "on-premises with Exchange Online",
      edited(onPremises, [["connections", "online"], { admin: { via: "rest", ...application } }]),
      "connections.online: must go: Exchange Online is no part of the environment onPremises",
    ],
    [
      "online with own servers",
      edited(online, [
        ["connections", "onPremises"],
        { autodiscover: true, admin: { via: "rest", url: "https://m", username: "a", password: "${env:P}" } },
      ]),
      "connections.onPremises: must go: your own servers are no part of the environment online",
    ],
  ],
  hybridIsAutodiscoverOnly: [
    [
      "a server in a hybrid organization",
      edited(hybrid, [["connections", "onPremises", "server"], "mail01.contoso.com"]),
      "connections.onPremises.server: must go: a hybrid organization is located by autodiscover only",
    ],
    [
      "an EWS URL instead of autodiscover in a hybrid organization",
      edited(
        hybrid,
        [["connections", "onPremises", "ewsUrl"], "https://mail01.contoso.com/EWS/Exchange.asmx"],
        without("connections", "onPremises", "autodiscover"),
      ),
      "connections.onPremises.ewsUrl: must go: a hybrid organization is located by autodiscover only",
    ],
    [
      "no way to the server",
      edited(hybrid, without("connections", "onPremises", "autodiscover")),
      "connections.onPremises.autodiscover: is missing: true, or the URL to ask",
    ],
  ],
  oneWayToTheServer: [
    [
      "autodiscover and a server",
      edited(onPremises, [["connections", "onPremises", "autodiscover"], true]),
      "connections.onPremises.server: must go, or else autodiscover",
    ],
    [
      "neither autodiscover nor a server",
      edited(onPremises, without("connections", "onPremises", "server")),
      "connections.onPremises: must say how the server is found",
    ],
  ],
  tenantIsKnown: [
    [
      "no tenant",
      edited(hybrid, without("organization", "tenant")),
      "organization.tenant: is missing: Exchange Online takes part",
    ],
    [
      "no tenant id",
      edited(hybrid, without("organization", "tenantId")),
      "organization.tenantId: is missing: Exchange Online takes part",
    ],
  ],
  oneCredentialPerApplication: [
    [
      "no credential",
      edited(hybrid, without("connections", "online", "admin", "clientSecret")),
      "connections.online.admin: must have a clientSecret or a certificate",
    ],
    [
      "two credentials",
      edited(online, [
        ["serviceAccount", "application", "certificate"],
        { key: "${env:K}", certificate: "${env:C}" },
      ]),
      "serviceAccount.application: must have a clientSecret or a certificate, not both",
    ],
  ],
  passwordsTravelEncrypted: [
    [
      "an admin endpoint without TLS",
      edited(hybrid, [["connections", "onPremises", "admin", "url"], "http://mail01/admin"]),
      "connections.onPremises.admin.url: must start with https://",
    ],
  ],
  daemonHasItsToken: [
    [
      "a URL without a token",
      edited(hybrid, [["daemon"], { url: "https://siu.contoso.com" }]),
      "daemon.token: is missing",
    ],
    [
      "a token without a URL",
      edited(hybrid, [["daemon"], { token: "${env:TOKEN}" }]),
      "daemon.url: is missing",
    ],
    [
      "a deadline before the settle delay",
      edited(hybrid, [["daemon"], { settleDelaySeconds: 9, deadlineSeconds: 5 }]),
      "daemon.deadlineSeconds: must be more than settleDelaySeconds (9)",
    ],
  ],
  createdOnlyOnPremises: [
    [
      "an account created in a hybrid organization",
      edited(hybrid, [["serviceAccount", "create"], true]),
      "serviceAccount.create: must be false: an account is created only on-premises; give upn and password",
    ],
    [
      "an account created in Exchange Online",
      edited(online, [["serviceAccount", "create"], true]),
      "serviceAccount.create: must be false: an account is created only on-premises; give an application",
    ],
  ],
  userAccountForOwnServers: [
    [
      "no password",
      edited(hybrid, without("serviceAccount", "password")),
      "serviceAccount.password: is missing: on-premises mailboxes are reached by an account with upn and password",
    ],
    [
      "no account and none to create",
      edited(onPremises, [["serviceAccount"], { password: "${env:P}" }]),
      "serviceAccount.upn: is missing: on-premises mailboxes are reached by an account with upn and password, or create: true",
    ],
  ],
  applicationForExchangeOnline: [
    [
      "an application on-premises",
      edited(onPremises, [["serviceAccount", "application"], application]),
      "serviceAccount.application: must go: applications exist only in Exchange Online",
    ],
    [
      "a user account in Exchange Online",
      edited(online, [["serviceAccount"], { upn: "siu@contoso.onmicrosoft.com", password: "${env:P}" }]),
      "serviceAccount.upn: must go: Exchange Online mailboxes are reached by an application",
      "serviceAccount.password: must go",
      "serviceAccount.application: is missing",
    ],
  ],
  noFederatedUpn: [
    [
      "an account of a federated domain",
      edited(hybrid, [["organization", "federatedDomains"], ["Contoso.com"]]),
      "serviceAccount.upn: must not belong to contoso.com, a federated domain",
    ],
    [
      "a created account of a federated domain",
      edited(onPremises, [["organization", "federatedDomains"], ["contoso.com"]]),
      "serviceAccount.upn: must not belong to contoso.com, a federated domain",
    ],
  ],
  localUpnForOwnServers: [
    [
      "a cloud account for own servers",
      edited(hybrid, [["serviceAccount", "upn"], "siu@contoso.onmicrosoft.com"]),
      "serviceAccount.upn: must belong to a local domain: an account of contoso.onmicrosoft.com",
    ],
  ],
  createdAccountIsGranted: [
    [
      "a created account whose rights are only verified",
      edited(onPremises, [["impersonation"], { manage: "verify" }]),
      "impersonation.manage: must be full",
    ],
  ],
  listMatchesInclude: [
    [
      "a list with all",
      edited(hybrid, [["senders"], { users: ["a@contoso.com"] }]),
      "senders.users: must go with include: all",
    ],
    [
      "only without a list",
      edited(hybrid, [["senders"], { include: "only" }]),
      "senders.include: must come with a list: only needs users or groups",
    ],
    [
      "allExcept without a list",
      edited(hybrid, [["senders"], { include: "allExcept", groups: [] }]),
      "senders.include: must come with a list: allExcept needs users or groups",
    ],
  ],
  sendersAreListedOnce: [
    [
      "a sender in two lists",
      edited(hybrid, [["senders"], { include: "only", users: ["a@contoso.com"], groups: ["A@Contoso.com"] }]),
      "senders.groups[0]: must not be listed twice",
    ],
  ],
  saveAllNeedsSplitting: [
    [
      "saveAll without splitting",
      edited(hybrid, [["splitMessages"], { saveAll: true }]),
      "splitMessages.saveAll: must be false, or splitMessages.enabled true",
    ],
  ],
  saveAllNeedsVersions: [
    [
      "saveAll with a mailbox",
      edited(hybrid, [["splitMessages"], { enabled: true, saveAll: true }], [["intake"], mailbox("ews")]),
      "splitMessages.saveAll: must be false with intake.via mailbox",
    ],
  ],
  mailFlowIsOnline: [
    [
      "connectors on-premises",
      edited(
        onPremises,
        [["connectors"], { manage: "verify" }],
        [["senderScopes"], {}],
        [["transportRules"], []],
      ),
      "connectors: must go: it exists only in Exchange Online",
      "senderScopes: must go",
      "transportRules: must go",
    ],
  ],
  rulesHaveTheirConnector: [
    [
      "rules without a service",
      edited(hybrid, without("signatureService")),
      "signatureService: is missing: transportRules send mail to it",
    ],
    [
      "rules without connectors",
      edited(hybrid, [["connectors"], { manage: "none" }]),
      "connectors.manage: must be full or verify",
    ],
    [
      "rules with connectors turned off",
      edited(hybrid, [["connectors"], { inbound: { enabled: false }, outbound: { enabled: false } }]),
      "connectors.inbound.enabled: must be true while there are transportRules: stamped mail could not come back",
      "connectors.outbound.enabled: must be true while there are transportRules: mail in scope would wait",
    ],
  ],
  scopesExist: [
    [
      "a misspelt scope",
      edited(hybrid, [["transportRules", 0, "scope"], "signature"]),
      "transportRules[0].scope: must be the name of a set in senderScopes; did you mean signatures?",
    ],
    [
      "an unknown scope",
      edited(hybrid, [["transportRules", 0, "scope"], "board"]),
      "transportRules[0].scope: must be the name of a set in senderScopes; known: signatures",
    ],
    [
      "no scopes at all",
      edited(hybrid, without("senderScopes")),
      "transportRules[0].scope: must be the name of a set in senderScopes; define it there",
    ],
  ],
  namesAreUnique: [
    [
      "two rules of one name",
      edited(hybrid, [["transportRules"], [rule({ name: "A" }), rule({ name: "a" })]]),
      "transportRules[1].name: must be a name of its own; another rule above has it",
    ],
    [
      "a rule with the intake's name",
      edited(hybrid, [["transportRules", 0, "name"], "Sent Items Update intake"]),
      "transportRules[0].name: must be a name of its own; the intake's rule (intake.name) has it",
    ],
    [
      "connectors of one name",
      edited(hybrid, [["intake", "name"], "CodeTwo Outbound Connector"]),
      "intake.name: must be a name of its own; connectors.outbound has it",
    ],
  ],
  rulesHaveAnOrder: [
    [
      "rules that go in a circle",
      edited(hybrid, [
        ["transportRules"],
        [
          rule({ name: "A", before: ["B"] }),
          rule({ name: "B", before: ["c"] }),
          rule({ name: "C", before: ["A"] }),
        ],
      ]),
      "transportRules[0]: must not run before itself: before and after ask for 'A' before 'B' before 'C' before 'A'",
    ],
    [
      "a rule after itself",
      edited(hybrid, [["transportRules"], [rule({ name: "A", after: ["a"] })]]),
      "transportRules[0]: must not run before itself: before and after ask for 'A' before 'A'",
    ],
  ],
  validationRecipientIsExternal: [
    [
      "an own address to validate with",
      edited(hybrid, [["connectors"], { outbound: { validationRecipient: "anna@Contoso.com" } }]),
      "connectors.outbound.validationRecipient: must be an external address",
    ],
    [
      "an Office 365 address to validate with",
      edited(hybrid, [["connectors"], { outbound: { validationRecipient: "x@fabrikam.onmicrosoft.com" } }]),
      "connectors.outbound.validationRecipient: must be an external address",
    ],
  ],
  onNeedsIntake: [
    ["on without an intake", edited(hybrid, without("intake")), "intake: is missing: with status on"],
  ],
  intakeExistsThere: [
    [
      "a connector on-premises",
      edited(onPremises, [["intake"], { ...journal, via: "connector" }]),
      "intake.via: must be mailbox, journal or relay: connectors of this kind exist only in Exchange Online",
    ],
    [
      "Graph without Exchange Online",
      edited(onPremises, [["intake"], mailbox("graph")]),
      "intake.read: must be ews",
    ],
    ["EWS in Exchange Online", edited(online, [["intake"], mailbox("ews")]), "intake.read: must be graph"],
  ],
  intakeDomainIsItsOwn: [
    [
      "the organization's own domain",
      edited(hybrid, [["intake", "address"], "stamped@contoso.com"]),
      "intake.address: must be in a domain used for nothing else, such as siu.contoso.com: a connector for contoso.com",
    ],
    [
      "journaling into Exchange Online's own mailboxes",
      edited(hybrid, [
        ["intake"],
        { ...journal, address: "j@contoso.onmicrosoft.com", journalingReportNdrTo: "ndr@contoso.com" },
      ]),
      "intake.address: must be in a domain used for nothing else, such as siu.contoso.onmicrosoft.com: Exchange Online cannot journal into its own mailboxes",
    ],
  ],
  journalNeedsNdrAddress: [
    [
      "journaling without an address for undeliverable reports",
      edited(hybrid, [["intake"], journal]),
      "intake.journalingReportNdrTo: is missing",
    ],
    [
      "undeliverable reports to the same address",
      edited(hybrid, [["intake"], { ...journal, journalingReportNdrTo: "Journal@siu.contoso.com" }]),
      "intake.journalingReportNdrTo: must not be intake.address",
    ],
  ],
  relayIsRecognised: [
    [
      "a relay that anybody could be",
      edited(hybrid, [["intake"], { via: "relay", listen: journal.listen }], [["signatureService"], custom]),
      "intake: must say how the relay is recognised",
    ],
  ],
  relayIsYourOwn: [
    [
      "copies from CodeTwo's service",
      edited(hybrid, [["intake"], relay]),
      "intake.via: must be connector, mailbox or journal",
    ],
  ],
  listenerIsReachable: [
    [
      "a listener on this machine only",
      edited(hybrid, [["intake", "smartHost"], "localhost"]),
      "intake.smartHost: must be the name under which Exchange reaches the daemon",
    ],
    [
      "the relay as the listener",
      edited(hybrid, [["signatureService"], custom], [["intake", "smartHost"], "RELAY.contoso.com"]),
      "intake.smartHost: must not be signatureService.smartHost",
    ],
  ],
  notYet: [
    [
      "Exchange Online alone",
      online,
      "environment: is right, but",
      "serviceAccount.application: is right, but",
    ],
    [
      "PowerShell",
      edited(onPremises, [["connections", "onPremises", "admin", "via"], "powershell"]),
      "connections.onPremises.admin.via: is right, but this version cannot do it yet: PowerShell sessions; use via: rest",
    ],
    [
      "sign-in with a certificate",
      edited(hybrid, without("connections", "online", "admin", "clientSecret"), [
        ["connections", "online", "admin", "certificate"],
        { key: "${env:K}", certificate: "${env:C}" },
      ]),
      "connections.online.admin.certificate: is right, but",
    ],
    [
      "another way in",
      edited(hybrid, [["intake"], mailbox("ews")]),
      "intake.via: is right, but this version cannot do it yet: the way in 'mailbox'",
    ],
    [
      "the external version",
      edited(hybrid, [["splitMessages"], { enabled: true, keep: "external" }]),
      "splitMessages.keep: is right, but",
    ],
    [
      "rules of one's own, and their place",
      edited(hybrid, [
        ["transportRules", 1],
        { preset: "custom", name: "Mine", parameters: { FromScope: "InOrganization" }, before: ["Theirs"] },
      ]),
      "transportRules[1].preset: is right, but",
      "transportRules[1].before: is right, but",
    ],
  ],
};

const advised: Record<string, readonly Case[]> = {
  germanyIsClosed: [
    [
      "the German cloud",
      edited(hybrid, [["signatureService", "region"], "germany"]),
      "signatureService.region: Office 365 Germany is closed",
    ],
  ],
  everyoneCostsLicences: [
    [
      "everybody in scope",
      edited(hybrid, [["senderScopes", "signatures"], { everyone: true }]),
      "transportRules[0].scope: mail of every user is routed",
    ],
  ],
  scopesAreUsed: [
    [
      "a scope without a rule",
      edited(hybrid, [["senderScopes", "board"], { group: "b@contoso.com" }]),
      "senderScopes.board: no rule",
    ],
  ],
  headersAreRetained: [
    [
      "headers not retained",
      edited(hybrid, [["connectors"], { inbound: { retainInternalHeaders: false } }]),
      "connectors.inbound.retainInternalHeaders: without internal headers",
    ],
  ],
  relayDomainIsAccepted: [
    [
      "a relay of another domain",
      edited(hybrid, [["signatureService"], { ...custom, clientCertificateName: "relay.fabrikam.com" }]),
      "signatureService.clientCertificateName: this domain has to be an accepted domain",
    ],
  ],
  keepHasNoEffect: [
    [
      "keep beside saveAll",
      edited(hybrid, [["splitMessages"], { enabled: true, saveAll: true, keep: "first" }]),
      "splitMessages.keep: has no effect with saveAll",
    ],
  ],
  tokenTravelsEncrypted: [
    [
      "a token over http",
      edited(hybrid, [["daemon"], { url: "http://siu.contoso.com", token: "${env:T}" }]),
      "daemon.url: the token travels unencrypted",
    ],
  ],
};

/** What is said of a text, without the lines about what this version cannot do, unless they are asked for. */
function told(text: string, withNotYet: boolean): string[] {
  try {
    return load(text).warnings.map(({ path, message }) => `${path}: ${message}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems
      .filter(({ message }) => withNotYet || !message.startsWith("is right, but"))
      .map(({ path, message }) => `${path}: ${message}`);
  }
}

for (const [kind, list, table] of [
  ["mistake", rules, cases],
  ["warning", warnings, advised],
] as const)
  describe.each(Object.keys(list))(`${kind} %s`, (name) => {
    const ruleCases = table[name] ?? [];
    test("has a case", () => expect(ruleCases).not.toEqual([]));
    for (const [what, text, ...expected] of ruleCases)
      test(`${what} is told`, () => {
        const lines = told(text, name === "notYet");
        expect(lines).toHaveLength(expected.length);
        for (const line of expected) expect(lines).toContainEqual(expect.stringContaining(line));
      });
  });

test("every table entry belongs to a rule", () => {
  expect(Object.keys(cases).toSorted()).toEqual(Object.keys(rules).toSorted());
  expect(Object.keys(advised).toSorted()).toEqual(Object.keys(warnings).toSorted());
});

test("a rule is silent about what is right", () => {
  const right = [
    hybrid,
    onPremises,
    edited(hybrid, [["signatureService"], custom]),
    edited(onPremises, without("connections", "onPremises", "server"), [
      ["connections", "onPremises", "autodiscover"],
      true,
    ]),
    edited(onPremises, [["serviceAccount"], { upn: "siu@contoso.local", password: "${env:P}" }]),
    edited(hybrid, [["splitMessages"], { enabled: true, saveAll: true }]),
  ];
  for (const text of right) expect(told(text, true)).toEqual([]);
});

test("rules look at refused values as at nothing", () => {
  for (const rule of Object.values({ ...rules, ...warnings }))
    expect(rule({ config: {}, written: {} }).map(({ path }) => pathText(path))).toEqual([]);
});
