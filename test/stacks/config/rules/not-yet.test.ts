import * as rules from "../../../../stacks/config/rules/not-yet.ts";
import { hold } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

hold(rules, {
  notYet: [
    [
      "the external version",
      edited(hybrid, [["splitMessages"], { enabled: true, keep: "external" }]),
      "splitMessages.keep: is right, but",
    ],
  ],
});
