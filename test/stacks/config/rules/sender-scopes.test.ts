import * as rules from "../../../../stacks/config/rules/sender-scopes.ts";
import { hold } from "./cases.ts";
import { edited, hybrid } from "../samples.ts";

const members = ["anna.weber@contoso.com"];
const scopes = (...groups: object[]): string =>
  edited(hybrid, [
    ["senderScopes"],
    Object.fromEntries(
      groups.map((group, index) => [
        index === 0 ? "signatures" : `scope${index}`,
        { managedGroup: { members, ...group } },
      ]),
    ),
  ]);

hold(rules, {
  managedGroupsAreOwn: [
    [
      "a foreign domain",
      scopes({ address: "signatures@partner.example" }),
      "senderScopes.signatures.managedGroup.address: must be in a domain of the organization: partner.example",
    ],
  ],
  scopeDomainsAreOwn: [
    [
      "a foreign domain",
      edited(hybrid, [["senderScopes"], { signatures: { domains: ["Contoso.com", "partner.example"] } }]),
      "senderScopes.signatures.domains[1]: must be a domain of the organization: partner.example",
    ],
  ],
  managedGroupsAreDistinct: [
    [
      "one address twice",
      scopes({ address: "a@contoso.com", name: "A" }, { address: "A@contoso.com", name: "B" }),
      "senderScopes.scope1.managedGroup.address: must be its own; the group of signatures has it",
    ],
    [
      "a name that another address makes",
      scopes({ address: "a@contoso.com" }, { address: "b@contoso.com", name: "A" }),
      "senderScopes.scope1.managedGroup.name: must be its own; the group of signatures has it",
    ],
  ],
});
