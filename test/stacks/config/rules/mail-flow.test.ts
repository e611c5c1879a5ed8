import * as rules from "../../../../stacks/config/rules/mail-flow.ts";
import { connector, custom, hold, mailbox, rule, without } from "./cases.ts";
import { edited, hybrid, onPremises } from "../samples.ts";

hold(rules, {
  mailFlowIsOnline: [
    [
      "connectors on-premises",
      edited(
        onPremises,
        [["connectors"], { manage: "verify", inbound: {} }],
        [["senderScopes"], {}],
        [["transportRules"], [rule({})]],
      ),
      "connectors.inbound: must go: it exists only in Exchange Online",
      "senderScopes: must go",
      "transportRules[0]: must go",
      "signatureService: is missing",
      "transportRules[0].scope: must be the name of a set in senderScopes",
    ],
  ],
  ownConnectorsAreOnPremises: [
    [
      "a send connector in a hybrid organization",
      edited(hybrid, [["connectors", "send"], {}]),
      "connectors.send: must go: in the environment hybrid mail is sent through connectors.outbound",
    ],
  ],
  ownConnectorsLeadToARelay: [
    [
      "connectors without a relay",
      edited(onPremises, [["connectors"], { send: {} }]),
      "signatureService: must be custom",
    ],
    [
      "connectors to CodeTwo's service",
      edited(
        onPremises,
        [["connectors"], { send: {} }],
        [["signatureService"], { preset: "codetwo", subdomain: "contoso" }],
      ),
      "signatureService.preset: must be custom",
    ],
  ],
  receiveConnectorIsDistinct: [
    [
      "a receive connector for everybody",
      edited(onPremises, [["connectors"], { receive: {} }], [["signatureService"], custom]),
      "connectors.receive: must say remoteAddresses",
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
    [
      "two ways in of one name",
      edited(hybrid, [["intake"], [connector, mailbox("ews")]]),
      "intake[1].name: must be a name of its own; another way in has it",
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
});
