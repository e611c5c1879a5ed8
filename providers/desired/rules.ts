import type { Config, TransportRule } from "../../stacks/config/types.ts";
import type { SideName } from "../exchange/port.ts";
import type { Props } from "../kind.ts";
import { signaturesRule } from "../presets.ts";
import { inOrder } from "../rule-order.ts";
import { item, type Desired } from "./resource.ts";
import { arrivals, scopeConditions } from "./sender-scopes.ts";

/** The rules of the file, those of each side after one another; each waits for `ready`, everything that mail may need on its way. */
export function ruleItems(config: Config, processedHeader: string, ready: readonly Desired[]): Desired[] {
  const rules = inOrder(config.transportRules);
  return (["onPremises", "online"] as const).flatMap((side) => {
    const here = rules.filter((rule) => sideOf(rule, config) === side);
    const items: Desired[] = [];
    for (const [index, rule] of here.entries()) {
      // Each is made after the one that runs before it.
      const above = here[index - 1];
      const after = [...(above ? [above.name] : []), ...rule.after];
      const inputs = {
        ...ruleInputs(rule, config, processedHeader),
        ...(side === "online" && arrivals(config)),
        ...(rule.before.length > 0 && { Before: rule.before }),
        ...(after.length > 0 && { After: after }),
      };
      const waits = [...ready, items.at(-1)];
      items.push(item(ruleName(rule, rules), "TransportRule", side, inputs, waits, { adopt: rule.adopt }));
    }
    return items;
  });
}

function sideOf(rule: TransportRule, { environment }: Config): SideName {
  const home = environment === "onPremises" ? "onPremises" : "online";
  return rule.preset === "custom" ? (rule.side ?? home) : "online";
}

/** The first rule of a scope is called after it, any other one after itself too. */
function ruleName(rule: TransportRule, rules: readonly TransportRule[]): string {
  if (rule.preset === "custom") return `rule-${rule.name}`;
  const first = rules.find((each) => each.preset === "signatures" && each.scope === rule.scope);
  return `signatures-rule-${rule.scope}${first === rule ? "" : `-${rule.name}`}`;
}

function ruleInputs(
  rule: TransportRule,
  { connectors, senderScopes }: Config,
  processedHeader: string,
): Props {
  if (rule.preset === "custom") return { Enabled: true, ...rule.parameters, Name: rule.name };
  return signaturesRule(rule.name, connectors.outbound.name, {
    scope: scopeConditions(senderScopes[rule.scope] ?? {}),
    internalMail: rule.internalMail,
    processedHeader,
  });
}
