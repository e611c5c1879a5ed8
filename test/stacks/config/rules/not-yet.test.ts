import * as rules from "../../../../stacks/config/rules/not-yet.ts";
import { hold, mailbox } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

hold(rules, {
  notYet: [
    [
      "the external version",
      edited(
        hybrid,
        [["splitMessages"], { enabled: true, keep: "external" }],
        [["intake"], mailbox("graph")],
      ),
      "splitMessages.keep: is right, but",
    ],
  ],
});
