import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { desired } from "../../../providers/desired.ts";
import type { Desired } from "../../../providers/desired/resource.ts";
import { kinds } from "../../../providers/kinds/all.ts";
import { configurations } from "../configurations.ts";

/** Everything that has to be as desired before a resource, directly or through others. */
function before(list: readonly Desired[], name: string): Set<string> {
  const found = list.find((each) => each.name === name);
  return new Set(found?.dependsOn.flatMap((each) => [each, ...before(list, each)]));
}

function hold(check: (list: Desired[], earlier: (name: string) => Set<string>) => void): void {
  fc.assert(
    fc.property(configurations, (config) => {
      const list = desired(config, "test", Date.UTC(2027, 0, 1));
      check(list, (name) => before(list, name));
    }),
    { numRuns: 200 },
  );
}

describe("whatever the configuration", () => {
  test("names are unique, sides have the cmdlets, and what a resource waits for is listed before it", () => {
    hold((list) => {
      const seen = new Set<string>();
      for (const { name, kind, side, dependsOn } of list) {
        expect([name, seen.has(name)]).toEqual([name, false]);
        expect(kinds[kind].sides).toContain(side);
        expect(dependsOn.filter((each) => !seen.has(each))).toEqual([]);
        seen.add(name);
      }
    });
  });

  test("a rule is made after both connectors, and after what shows that they work", () => {
    hold((list, earlier) => {
      const way = list.filter(({ kind }) => kind === "InboundConnector" || kind === "OutboundConnector");
      const shown = list.filter(({ kind }) =>
        /^(OutboundConnectorValidation|ConnectorPropagation)$/.test(kind),
      );
      const managed = way.some(({ name, verify }) => name === "outbound-connector" && !verify);
      for (const { name, inputs } of list.filter(({ kind }) => kind === "TransportRule")) {
        for (const each of way) expect(earlier(name)).toContain(each.name);
        if (inputs["RouteMessageOutboundConnector"] === undefined || !managed) continue;
        expect(shown).toHaveLength(1);
        expect(earlier(name)).toContain(shown[0]?.name);
      }
    });
  });

  test("there is a way back before anything is sent: accepted domain, inbound, outbound; receive, send", () => {
    hold((list, earlier) => {
      const has = (name: string): boolean => list.some((each) => each.name === name);
      for (const chain of [
        ["accepted-domain", "inbound-connector", "outbound-connector"],
        ["receive-connector", "send-connector"],
      ])
        for (const [index, name] of chain.entries())
          if (has(name))
            for (const one of chain.slice(0, index).filter(has)) expect(earlier(name)).toContain(one);
    });
  });

  test("nothing copies mail to the daemon before the whole way there is made", () => {
    hold((list, earlier) => {
      const way = list.filter(({ name }) => name.startsWith("intake-")).map(({ name }) => name);
      const last = way.at(-1);
      if (last === undefined) return;
      expect(last).toMatch(/^intake-(rule|journal-rule)$/);
      for (const each of way.slice(0, -1)) expect(earlier(last)).toContain(each);
      const rules = list.filter(({ name }) => name.startsWith("signatures-rule-"));
      for (const { name } of rules) expect(earlier(name)).toContain(last);
    });
  });

  test("rules of a side are made one after the other, and each names the one before it", () => {
    hold((list, earlier) => {
      const rules = list.filter(({ kind, name }) => kind === "TransportRule" && !name.startsWith("intake-"));
      for (const side of ["online", "onPremises"] as const) {
        const here = rules.filter((rule) => rule.side === side);
        for (const [index, { name, inputs }] of here.entries()) {
          const above = here[index - 1];
          if (!above) continue;
          expect(earlier(name)).toContain(above.name);
          expect(inputs["After"]).toContain(above.inputs["Name"]);
        }
      }
    });
  });

  test("connectors that somebody else manages are only compared, and never waited for", () => {
    hold((list) => {
      const connectors = list.filter(({ name }) => /^(inbound|outbound|send|receive)-connector$/.test(name));
      if (!connectors.some(({ verify }) => verify)) return;
      expect(connectors.every(({ verify }) => verify)).toBe(true);
      expect(list.map(({ kind }) => kind)).not.toContain("ConnectorPropagation");
      expect(list.map(({ kind }) => kind)).not.toContain("OutboundConnectorValidation");
    });
  });
});
