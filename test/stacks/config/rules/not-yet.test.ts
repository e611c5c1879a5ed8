import * as rules from "../../../../stacks/config/rules/not-yet.ts";
import { hold, mailbox, without } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

hold(rules, {
  notYet: [
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
      "rules of one's own",
      edited(hybrid, [
        ["transportRules", 1],
        { preset: "custom", name: "Mine", parameters: { FromScope: "InOrganization" }, before: ["Theirs"] },
      ]),
      "transportRules[1].preset: is right, but",
    ],
  ],
});
