import * as rules from "../../../../stacks/config/rules/not-yet.ts";
import { hold, mailbox } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

hold(rules, {
  notYet: [
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
