import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SideName } from "../../../providers/exchange/port.ts";
import type { Props } from "../../../providers/kind.ts";
import { explain } from "../../../providers/explain.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import { inseparable } from "../../../providers/rule-parameters.ts";
import { resolved, rootSchema, type Schema } from "../../../stacks/config/schema.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { wantedOf } from "../stack.ts";
import { made, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded();
  await embedded.exchange("online").invoke("New-OutboundConnector", {
    Name: "Other relay",
    ConnectorType: "OnPremises",
    IsTransportRuleScoped: true,
    UseMXRecord: false,
    SmartHosts: ["relay.example"],
  });
});
afterAll(() => embedded.close());

const about =
  /^(ActivationDate|Comments|Enabled|ExpiryDate|Mode|RecipientAddressType|RuleErrorAction|SenderAddressLocation|UseLegacyRegex)$/;
const parameters = Object.entries(rootSchema.$defs["RuleParameters"]?.properties ?? {})
  .map(([name, schema]) => ({ name, schema: resolved(schema), type: schema.$ref?.replace("#/$defs/", "") }))
  .filter(({ schema }) => !schema.deprecated);
type Known = (typeof parameters)[number];
const on = (side: SideName): Known[] =>
  parameters.filter(({ schema }) => schema.side === undefined || schema.side === side);

const word = fc.stringMatching(/^[A-Za-z0-9Äß' "$%-]{1,12}$/).filter((text) => /^\S(.*\S)?$/.test(text));
const pattern = fc.constantFrom("^\\d{4}$", "Tr(ue|UE)", "<>", "a.*B");
const oneOrMore = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(each, fc.uniqueArray(each, { minLength: 1, maxLength: 3 }));
const person = fc.constantFrom("anna.weber@contoso.com", "A.Weber@contoso.com", "boss@partner.example");
const group = fc.constantFrom("signatures@contoso.com", "Sales@contoso.com");
const people = /^(ExceptIf)?(From|SentTo|AnyOf(To|Cc|ToCc)Header|ManagerAddresses)$/;
const addressees = /^(AddToRecipients|BlindCopyTo|CopyTo|ModerateMessageByUser|RedirectMessageTo)$/;
const values: Record<string, fc.Arbitrary<Props[string]>> = {
  RuleFlag: fc.constant(true),
  RuleText: word,
  RuleList: oneOrMore(word),
  RuleWords: oneOrMore(word),
  RuleAttributes: oneOrMore(word.map((text) => `Department:${text}`)),
  RuleSize: fc.constantFrom("500KB", "1.5 MB", 5_242_880, "0B"),
  RuleDate: fc.constantFrom("2026-12-31T18:00:00Z", "2026-12-31T19:00:00+02:00", "2027-01-01"),
  RuleScl: fc.integer({ min: -1, max: 9 }),
  RuleHeader: fc.constantFrom("X-Stamped", "x-other"),
  RuleTables: fc.array(fc.record({ Name: word, minCount: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
};

/** Any value that the configuration takes for a parameter, with the people and groups that there are. */
function valueOf({ name, schema, type }: Known): fc.Arbitrary<Props[string]> {
  if (name === "RouteMessageOutboundConnector") return fc.constant("Other relay");
  if (name === "GenerateIncidentReport") return person;
  // Partners are known on-premises only.
  if (name.endsWith("SentToScope")) return fc.constantFrom("InOrganization", "NotInOrganization");
  if (name === "RejectMessageEnhancedStatusCode") return fc.constantFrom("5.7.1", "5.7.900");
  if (name === "SmtpRejectMessageRejectStatusCode") return fc.constantFrom("550", "421");
  if (/Member(Of|Of1|Of2)$/.test(name)) return oneOrMore(group);
  if (people.test(name) || addressees.test(name)) return oneOrMore(person);
  if (name.endsWith("Patterns") && type === "RuleList") return oneOrMore(pattern);
  if (name.endsWith("IpRanges")) return oneOrMore(fc.constantFrom("192.0.2.0/24", "198.51.100.7"));
  const choices = schema.enum ?? choicesOf(schema.items);
  if (choices) return fc.constantFrom(...choices.map(String)).map((one) => (schema.items ? [one] : one));
  const value = values[type ?? ""];
  if (!value) throw new Error(`No values for ${name}`);
  return value;
}
const choicesOf = (items: Schema | undefined): unknown[] | undefined => items?.enum;

const supported: Record<string, string[]> = {
  ApplyRightsProtectionCustomizationTemplate: ["ApplyRightsProtectionTemplate"],
  IncidentReportContent: ["GenerateIncidentReport"],
};

/** The parameters that one cannot do without. */
function company({ name }: Known, all: Known[]): Known[] {
  const needed = inseparable.find((each) => each.includes(name)) ?? [];
  const others = supported[name] ?? needed;
  return all.filter((each) => others.includes(each.name) && each.name !== name);
}

/** A rule that has these parameters, and whatever else it needs to be one. */
function ruleOf(chosen: Known[], all: Known[]): fc.Arbitrary<Props> {
  const whole = [...new Set([...chosen, ...chosen.flatMap((each) => company(each, all))])];
  const entries = whole.map((each) => valueOf(each).map((value) => [each.name, value] as const));
  return fc.tuple(...entries).map((pairs) => ({
    Name: "Ours",
    Enabled: true,
    LogEventText: "An action",
    ...Object.fromEntries(pairs),
  }));
}

/** What the server makes of a value: a list of texts stays one, a number a number. */
function shapeOf(value: unknown): string {
  return Array.isArray(value) ? `list of ${typeof value[0]}` : typeof value;
}

/** What it has to make of it, by the type in the schema, which is held to Microsoft's reference in transport-rules.test.ts. */
function shapeFor({ schema, type = "" }: Known): string {
  const shapes: Record<string, string> = {
    RuleFlag: "boolean",
    RuleScl: "number",
    RuleTables: "list of object",
  };
  return shapes[type] ?? (schema.items ? "list of string" : "string");
}

/** Made, read anew: nothing differs. Answers what a removal and further changes need. */
async function quiet(side: SideName, props: Props): Promise<Awaited<ReturnType<typeof made>>> {
  const rule = await made(wish("TransportRule", props, { side }), embedded);
  embedded.renew();
  const seen = await lifecycle.read(embedded.world, rule.id, rule.state);
  expect(seen && { drift: explain(seen, rule.prepared), ...lifecycle.diff(seen, rule.prepared) }).toEqual({
    drift: undefined,
    changes: false,
    replaces: [],
    deleteBeforeReplace: false,
  });
  return rule;
}

async function gone(rule: Awaited<ReturnType<typeof made>>): Promise<void> {
  embedded.renew();
  await lifecycle.remove(embedded.world, rule.id, rule.state);
  embedded.renew();
}

const file = new URL("../../../../shared/reference/cmdlets/transport-rule-parameters.json", import.meta.url);

test.skipIf(!existsSync(file))(
  "every condition, exception and action of Microsoft's reference is tried here, but for those that have ended (skipped where ../shared is missing)",
  () => {
    const reference = JSON.parse(readFileSync(file, "utf8")) as Record<string, { name: string }[]>;
    const { conditions = [], exceptions = [], actions = [] } = reference;
    const known = parameters.map(({ name }) => name);
    const untried = [...conditions, ...exceptions, ...actions].filter(({ name }) => !known.includes(name));
    const reasons = untried.map(({ name }) => {
      const { description } = resolved(rootSchema.$defs["RuleParameters"]?.properties?.[name] ?? {});
      return `${name}: ${description}`;
    });
    expect(reasons).toEqual([
      "RecipientInSenderList: Microsoft reserves it for its own use.",
      "SenderInRecipientList: Microsoft reserves it for its own use.",
      "ExceptIfRecipientInSenderList: Microsoft reserves it for its own use.",
      "ExceptIfSenderInRecipientList: Microsoft reserves it for its own use.",
      "ApplyOME: Encryption of this kind has ended: use ApplyRightsProtectionTemplate: Encrypt.",
      "IncidentReportOriginalMail: Use IncidentReportContent: [AttachOriginalMail].",
      "RemoveOME: Encryption of this kind has ended: use RemoveOMEv2.",
    ]);
  },
);

test.each(["online", "onPremises"] as const)(
  "each parameter that the file gives a rule, %s, is the cmdlet's, with its value",
  (side) => {
    const all = on(side);
    const [rules = []] = fc.sample(fc.tuple(...all.map((each) => ruleOf([each], all))), {
      numRuns: 1,
      seed: 1,
    });
    const transportRules = rules.map((rule, index) => {
      const { Name: _, ...given } = rule;
      return { preset: "custom", name: `Rule ${index}`, side, parameters: given };
    });
    const wanted = wantedOf("hybrid", embedded, (text) =>
      text.replace(/^transportRules:[^]*?\n\n/m, () => `${stringify({ transportRules })}\n`),
    );
    for (const { name, parameters: given } of transportRules) {
      const rule = wanted.find((each) => each.name === `rule-${name}`);
      expect(rule?.inputs).toMatchObject({ ...given, Name: name });
    }
  },
);

test("letter case of a text that people read is a difference", async () => {
  const rule = await quiet("online", { Name: "Ours", PrependSubject: "[Extern]", Enabled: true });
  const by = { Identity: "Ours", PrependSubject: "[extern]" };
  await embedded.exchange("online").invoke("Set-TransportRule", by);
  embedded.renew();
  const seen = await lifecycle.read(embedded.world, rule.id, rule.state);
  expect(seen && explain(seen, rule.prepared)).toContain("PrependSubject");
  await gone(rule);
});

describe.each(["online", "onPremises"] as const)("a rule of one's own, %s", (side) => {
  const all = on(side);

  test("with any parameters that the configuration takes is made and shows no drift", async () => {
    const chosen = fc.subarray(all, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        chosen.chain((some) => ruleOf(some, all)),
        async (props) => gone(await quiet(side, props)),
      ),
      { numRuns: 60 },
    );
  });

  test.each(
    all
      .filter(({ name }) => !about.test(name) && name !== "SetAuditSeverity")
      .map((each) => [each.name, each] as const),
  )("with %s shows no drift, and drift once somebody takes that away", async (name, each) => {
    const [props = {}] = fc.sample(ruleOf([each], all), { numRuns: 1, seed: 1 });
    const rule = await quiet(side, props);
    const stored = embedded.stored(side, "TransportRule", "Ours");
    expect(shapeOf(stored?.[name])).toBe(shapeFor(each));
    const cleared = [name, ...company(each, all).map((other) => other.name)].map((one) => [
      one,
      parameters.find((other) => other.name === one)?.type === "RuleFlag" ? false : null,
    ]);
    await embedded.exchange(side).invoke("Set-TransportRule", {
      Identity: "Ours",
      ...(name !== "LogEventText" ? {} : { PrependSubject: "[x]" }),
      ...(Object.fromEntries(cleared) as Props),
    });
    embedded.renew();
    const seen = await lifecycle.read(embedded.world, rule.id, rule.state);
    expect(seen && explain(seen, rule.prepared)).toContain(name);
    await gone(rule);
  });
});
