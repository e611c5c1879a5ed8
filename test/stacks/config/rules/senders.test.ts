import * as rules from "../../../../stacks/config/rules/senders.ts";
import { custom, hold, mailbox, relay } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

hold(rules, {
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
  saveAllTellsVersionsApart: [
    [
      "saveAll over two ways of a service that numbers nothing",
      edited(
        hybrid,
        [["splitMessages"], { enabled: true, saveAll: true }],
        [["signatureService"], custom],
        [["intake"], [mailbox("ews"), relay]],
      ),
      "signatureService.processingIdHeader: is missing: a version that comes in twice",
    ],
  ],
});
