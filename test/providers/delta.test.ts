import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { delta } from "../../providers/delta.ts";
import { complete, decode, objectKind, type Props } from "../../providers/kind.ts";
import type { Parameter, Row } from "../../providers/exchange/port.ts";
import { outboundConnector } from "../../providers/kinds/outbound-connector.ts";
import { transportRule } from "../../providers/kinds/transport-rule.ts";
import { objectKinds, objectOf, sampleOf, trialsOf } from "./trial.ts";

const kind = objectKind({ noun: "Thing", sides: ["online"], defaults: { Enabled: true, Words: null } });
const scalar = fc.oneof(fc.string(), fc.boolean(), fc.integer());
const props = fc.record(
  {
    Name: fc.string(),
    Words: fc.array(fc.string()),
    Enabled: fc.boolean(),
    Other: fc.oneof(scalar, fc.constant(null)),
  },
  { requiredKeys: ["Name"] },
) as fc.Arbitrary<Props>;

/** What Exchange would show if it had exactly this. */
const shown = (each: Props) => decode(kind, complete(kind, each), Object.keys(complete(kind, each)));

describe("delta", () => {
  test("nothing differs from itself", () => {
    fc.assert(fc.property(props, (each) => void expect(delta(kind, each, shown(each))).toEqual([])));
  });

  test("whether two states agree does not depend on the side from which one looks", () => {
    fc.assert(
      fc.property(props, props, (a, b) => {
        const names = Object.keys({ ...complete(kind, a), ...complete(kind, b) });
        const from = (one: Props, other: Props) =>
          delta(
            kind,
            { ...Object.fromEntries(names.map((name) => [name, null])), ...complete(kind, one) },
            shown(other),
          );
        expect(from(a, b).length === 0).toBe(from(b, a).length === 0);
      }),
    );
  });

  test("order, letter case and repetition in a set are no difference", () => {
    fc.assert(
      fc.property(fc.array(fc.emailAddress(), { minLength: 1 }), (addresses) => {
        const have = shown({
          Name: "x",
          Words: [...addresses.map((each) => each.toUpperCase()), ...addresses].toReversed(),
        });
        expect(delta(kind, { Name: "x", Words: addresses }, have)).toEqual([]);
      }),
    );
  });

  test("a real change is told with both values", () => {
    expect(delta(kind, { Name: "x", Enabled: true }, shown({ Name: "x", Enabled: false }))).toEqual([
      { parameter: "Enabled", want: "true", have: "false" },
    ]);
  });

  test("what nobody asked for has to be at its default", () => {
    expect(delta(kind, { Name: "x" }, shown({ Name: "x", Words: ["sneaked in"] }))).toMatchObject([
      { parameter: "Words", want: null },
    ]);
  });

  test("what belongs to the server is nobody's concern", () => {
    const asked = { Name: "Out", SmartHosts: ["relay.example"] };
    const row = {
      ...complete(outboundConnector, asked),
      IsValidated: true,
      LastValidationTimestamp: "2026-11-22",
    };
    const parameters = Object.keys(complete(outboundConnector, asked));
    expect(delta(outboundConnector, asked, decode(outboundConnector, row, parameters))).toEqual([]);
    expect(parameters).not.toContain("IsValidated");
  });
});

test("a truth value that an older version's state does not know is off", () => {
  const { DeleteMessage: _, ...observed } = decode(transportRule, {}, ["DeleteMessage", "Name"]);
  const names = delta(transportRule, { Name: "R" }, observed).map(({ parameter }) => parameter);
  expect(names).not.toContain("DeleteMessage");
});

describe.each(objectKinds)("%s", (name) => {
  const kind = objectOf(name);
  const { base } = sampleOf(name);

  test("of every property a change is seen, and nothing else; what is the same is no change", () => {
    for (const { parameter, values, along } of trialsOf(name)) {
      const wish = (value: Parameter): Props => ({ ...base, ...along, [parameter]: value });
      const differing = (one: Props, other: Props): string[] => {
        const row = Object.entries(complete(kind, other)).map(([key, value]) => [
          kind.properties[key] ?? key,
          value,
        ]);
        const observed = decode(kind, Object.fromEntries(row) as Row, Object.keys(complete(kind, one)));
        return delta(kind, one, observed).map((change) => change.parameter);
      };
      const [first, second] = values.map(wish) as [Props, Props];
      expect([parameter, differing(first, first)]).toEqual([parameter, []]);
      if (JSON.stringify(values[0]) !== JSON.stringify(values[1]))
        expect(differing(first, second)).toEqual([parameter]);
    }
  });
});
