import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { desired } from "../../providers/desired.ts";
import { publication } from "../../providers/desired/publication.ts";
import type { Kind } from "../../providers/kind.ts";
import { kinds, type KindName } from "../../providers/kinds/all.ts";
import { parseConfig } from "../../stacks/config/load.ts";
import { settingsOf } from "../../stacks/config/settings.ts";
import type { Environment } from "../../stacks/config/types.ts";

const all = Object.keys(kinds) as KindName[];

/** The kinds that a stack of this checkout declares, and its environment. */
function declared(stack: string): { environment: Environment; names: KindName[] } {
  const file = `stacks/${stack}.yaml`;
  const { config } = parseConfig(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"), { file });
  const list = desired(config, stack, Date.UTC(2027, 0, 1));
  const names = [...list, ...publication(config.daemon, settingsOf(config), list)].map(({ kind }) => kind);
  return { environment: config.environment, names };
}

const given = "somebody else grants it in stacks/verify.yaml, and here the stack does";

/** Why the stack of an environment does without a kind that a side of it has. */
const without: Record<string, Partial<Record<KindName, string>>> = {
  onprem: {
    AcceptedDomain: "the signature service's name is a domain of a tenant",
    ExistingAccount: "the account is created",
    ImpersonationGranted: "a new account has no right that somebody else gave",
  },
  hybrid: {
    ServiceAccount: "a hybrid organization's account exists",
    ImpersonationGranted: given,
    SendConnector: "mail is signed in Exchange Online",
    ReceiveConnector: "mail is signed in Exchange Online",
    ConnectorPropagation: "the connectors are tested instead",
  },
  online: { OutboundConnectorValidation: "nobody tests the connectors: stacks/hybrid.yaml does" },
};

test.each(Object.entries(without))(
  "stacks/%s.yaml holds every kind that its sides have, but for reasons",
  (stack, reasons) => {
    const { environment, names } = declared(stack);
    const sides = environment === "hybrid" ? ["onPremises", "online"] : [environment];
    const has = ({ is, sides: known }: Kind): boolean =>
      is === "publication" || known.some((side) => sides.includes(side));
    const expected = all.filter((name) => has(kinds[name]) && !(name in reasons));
    expect([...new Set(names)].toSorted()).toEqual(expected.toSorted());
  },
);

test("together the stacks hold every kind", () => {
  const names = [...Object.keys(without), "verify"].flatMap((stack) => declared(stack).names);
  expect(all.filter((name) => !names.includes(name))).toEqual([]);
});
