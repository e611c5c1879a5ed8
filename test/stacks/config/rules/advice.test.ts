import * as rules from "../../../../stacks/config/rules/advice.ts";
import { custom, hold, mailbox } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

hold(rules, {
  germanyIsClosed: [
    [
      "the German cloud",
      edited(hybrid, [["signatureService", "region"], "germany"]),
      "signatureService.region: Office 365 Germany is closed",
    ],
    [
      "its Graph",
      edited(hybrid, [["connections", "online", "graphUrl"], "https://graph.microsoft.de"]),
      "connections.online.graphUrl: Office 365 Germany is closed",
    ],
  ],
  everyoneCostsLicences: [
    [
      "everybody in scope",
      edited(hybrid, [["senderScopes", "signatures"], { everyone: true }]),
      "transportRules[0].scope: mail of every user is routed",
    ],
  ],
  connectorsAreValidated: [
    [
      "a rule through a connector that nobody tests",
      edited(hybrid, [["connectors"], {}]),
      "connectors: without outbound.validationRecipient",
    ],
  ],
  mailboxTakesSoMuch: [
    [
      "an intake mailbox in Exchange Online",
      edited(hybrid, [["status"], "off"], [["intake"], mailbox("graph")]),
      "intake.via: an Exchange Online mailbox takes 3,600 messages an hour",
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
      edited(hybrid, [["connectors", "inbound"], { retainInternalHeaders: false }]),
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
});
