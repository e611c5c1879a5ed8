import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Parameters, SideName } from "../../../providers/exchange/port.ts";
import { parametersOf } from "../../../providers/import/rules.ts";
import { unlike } from "../../../providers/import/found.ts";
import { encode, type Props } from "../../../providers/kind.ts";
import { transportRule } from "../../../providers/kinds/transport-rule.ts";
import { inseparable } from "../../../providers/rule-parameters.ts";
import { parseConfig } from "../../../stacks/config/load.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { sampleOf, trialsOf } from "../trial.ts";

let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded();
  for (const side of ["online", "onPremises"] as const)
    for (const [cmdlet, parameters] of sampleOf("TransportRule").needs ?? [])
      if (side === "online" || !cmdlet.includes("Connector"))
        await embedded.exchange(side).invoke(cmdlet, parameters);
});
afterAll(() => embedded.close());

/** A hybrid organization with one rule of its own. */
function written(side: SideName, parameters: object): string {
  return stringify({
    environment: "hybrid",
    organization: {
      domain: "contoso.com",
      tenant: "contoso.onmicrosoft.com",
      tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
    },
    connections: {
      onPremises: {
        autodiscover: true,
        admin: { via: "rest", url: "https://a.example", username: "a@contoso.com", password: "${env:A}" },
      },
      online: {
        admin: { via: "rest", clientId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e", clientSecret: "${env:B}" },
      },
    },
    serviceAccount: {
      upn: "siu@contoso.com",
      password: "${env:C}",
      application: {
        clientId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e",
        objectId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1f",
        clientSecret: "${env:D}",
      },
    },
    transportRules: [{ preset: "custom", name: "Rule", side, parameters }],
  });
}

const { base } = sampleOf("TransportRule");
const trials = trialsOf("TransportRule").filter(({ values }) => values[0] !== null);

/** Parameters without which the configuration refuses this one, as Exchange does. */
function partners(parameter: string): Props {
  const others = inseparable.filter((group) => group.includes(parameter)).flat();
  const tried = trials.filter((each) => others.includes(each.parameter));
  return Object.fromEntries(tried.map((each) => [each.parameter, each.values[0]]));
}

/** What Microsoft has retired, and the configuration refuses with the way to say it today. */
const retired = /^(ExceptIf)?(RecipientInSenderList|SenderInRecipientList)$|^(Apply|Remove)OME$/;

test.each(trials.filter(({ parameter }) => !retired.test(parameter)))(
  "a rule with $parameter comes back as the same rule",
  async ({ parameter, side, values, along }) => {
    const exchange = embedded.exchange(side);
    const asked: Props = { ...base, ...partners(parameter), ...along, [parameter]: values[0] };
    const Name = `Import of ${parameter}`;
    const made: Parameters = encode(transportRule, { ...asked, Name });
    await exchange.invoke("New-TransportRule", { ...made, Enabled: asked["Enabled"] !== false });
    const [row] = await exchange.invoke("Get-TransportRule", { Identity: Name });
    if (!row) throw new Error("The rule is not there.");
    const { config } = parseConfig(written(side, parametersOf(row)), { file: "rule.yaml" });
    const [rule] = config.transportRules;
    const parameters = rule?.preset === "custom" ? (rule.parameters as Props) : {};
    const session = embedded.world.on(side);
    const props = await transportRule.prepare?.({ Enabled: true, ...parameters, Name }, session);
    const seen = await transportRule.derive?.(row, props ?? {}, session);
    expect(unlike(transportRule, props ?? {}, seen ?? {}, "x")).toEqual([]);
  },
);
