import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { flagOf, type Answers } from "../../../../stacks/cli/init/answers.ts";
import { configOf } from "../../../../stacks/cli/init/config.ts";
import { refusal, type Step } from "../../../../stacks/cli/init/step.ts";
import { steps } from "../../../../stacks/cli/init/steps.ts";
import { textOf } from "../../../../stacks/cli/init/text.ts";
import { back, fromFlags, fromSomebody, UnusableFlags, type Ask } from "../../../../stacks/cli/init/walk.ts";
import { parseConfig } from "../../../../stacks/config/load.ts";
import { answers } from "./answers.ts";

const hybrid: Answers = {
  environment: "hybrid",
  domain: "contoso.com",
  tenant: "contoso.onmicrosoft.com",
  tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
  adminUrl: "http://mail01.contoso.com/PowerShell/",
  adminUser: "admin@contoso.com",
  onlineClientId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
  upn: "siu@contoso.com",
  application: false,
  service: "codetwo",
  subdomain: "contoso",
  scope: "group",
  scopeGroup: "signatures@contoso.com",
  intake: "connector",
};

function stepOf(name: Step["name"]): Step {
  return steps.find((step) => step.name === name) as Step;
}

/** Why flags are refused, flag by flag. */
function refused(given: Answers): string[] {
  try {
    fromFlags(steps, given);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(UnusableFlags);
    return (error as UnusableFlags).message.split("\n");
  }
}

test("whatever is answered is a file without mistakes, whose comments survive, and the same comes of flags", async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (answering) => {
      const given = await answering;
      const config = configOf(given);
      const text = textOf(config);
      parseConfig(text, { file: "stacks/x.yaml" });
      expect(parseDocument(text).toJS()).toEqual(config);
      expect(parseDocument(text).toString({ lineWidth: 0, flowCollectionPadding: false })).toBe(text);
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/config\/schema\.json\n/);
      expect(text.match(/ # /g)?.length).toBeGreaterThan(5);
      expect(configOf(fromFlags(steps, given))).toEqual(
        configOf({ listenPort: undefinedPort(given), ...given } as Answers),
      );
    }),
    { numRuns: 20 },
  );
});

/** Nobody is asked for the port: flags bring the usual one. */
function undefinedPort({ listenKey }: Answers): string | undefined {
  return listenKey === undefined ? undefined : "25";
}

test("a file says no more than was asked: the rest has its defaults", () => {
  const text = textOf(configOf(fromFlags(steps, hybrid)));
  expect(text).toContain("status: off\n");
  expect(text).toContain(
    "# Whose mail gets signatures. Every sender in a scope uses one licence.\nsenderScopes:",
  );
  expect(text).toContain("include: all # all | only | allExcept");
  expect(text).not.toMatch(/ (server|ewsUrl|graphUrl|acceptedDomains):/);
});

test("every flag that is missing is named, and what hangs on a choice is not guessed", () => {
  expect(refused({})).toEqual(["--environment is missing: Where are the mailboxes?"]);
  const { adminUrl: _, subdomain: __, ...rest } = hybrid;
  expect(refused(rest)).toEqual([
    expect.stringMatching(/^--admin-url is missing/),
    expect.stringMatching(/^--subdomain is missing/),
  ]);
});

test("a flag that does not fit is refused with the reason, in the manuals' words where they have any", () => {
  expect(refused({ ...hybrid, server: "mail01.contoso.com" })).toEqual([
    "--server does not fit: a hybrid organization is located by Autodiscover only",
  ]);
  expect(refused({ ...hybrid, account: "create" })[0]).toMatch(
    /^--account not available in hybrid environments/,
  );
  expect(refused({ ...hybrid, saveAll: true })).toEqual([
    "--save-all does not fit: it goes with --splitting",
  ]);
  expect(refused({ ...hybrid, include: "only" })).toEqual([
    "--groups must come with a list: only needs users or groups",
  ]);
});

test.each<[Step["name"], string, Answers, RegExp]>([
  ["upn", "siu@adfs.contoso.com", { federatedDomains: ["adfs.contoso.com"] }, /a federated domain/],
  ["upn", "siu@contoso.onmicrosoft.com", {}, /reaches no mailbox on your own servers/],
  ["upn", "CONTOSO\\siu", {}, /a user principal name such as/],
  ["adminPassword", "hunter2", {}, /never the secret itself/],
  ["accountPassword", "config:password", {}, /./],
  ["intake", "relay", { service: "codetwo", subdomain: "contoso" }, /CodeTwo's service sends no copies/],
  ["intake", "connector", { environment: "onPremises" }, /exist only in Exchange Online/],
  ["intakeRead", "graph", { environment: "onPremises", intake: "mailbox" }, /no Graph without/],
  ["intakeRead", "ews", { environment: "online", intake: "mailbox" }, /ends EWS/],
  ["intakeAddress", "x@contoso.com", { intake: "journal" }, /used for nothing else/],
  ["intakeHost", "localhost", { intake: "connector" }, /not this machine's own/],
  ["keep", "external", { splitting: true, saveAll: false, intake: "mailbox" }, /cannot do it yet/],
  ["validationRecipient", "a@contoso.com", { service: "codetwo", subdomain: "c" }, /external address/],
  ["service", "codetwo", { environment: "onPremises" }, /it takes mail of Exchange Online/],
  [
    "scopeAddress",
    "x@fabrikam.com",
    { scope: "managedGroup", scopeGroup: "" },
    /in a domain of the organization/,
  ],
])("%s refuses %s", (name, value, more, why) => {
  expect(refusal(stepOf(name), value, { ...hybrid, ...more })).toMatch(why);
});

test("saving every version is refused where a mailbox takes the copies in", () => {
  const before = { ...hybrid, intake: "mailbox", intakeRead: "graph", splitting: true };
  expect(refusal(stepOf("saveAll"), true, before)).toMatch(
    /a mailbox, which may drop versions|intake.via mailbox/,
  );
  expect(refusal(stepOf("saveAll"), true, { ...before, intake: "connector" })).toBeUndefined();
});

test("who goes back is asked again, finds the old answer there, and loses what hung on it", async () => {
  const asked: string[] = [];
  const script: (string | typeof back)[] = ["hybrid", "contoso.com", back, back, "onPremises", "contoso.com"];
  const ask: Ask = async (step, _, usual) => {
    asked.push(`${step.name}=${String(usual)}`);
    return script.shift() ?? usual ?? "x";
  };
  const few = steps.filter(({ name }) => ["environment", "domain", "tenant"].includes(name));
  expect(await fromSomebody(few, {}, ask)).toEqual({ environment: "onPremises", domain: "contoso.com" });
  expect(asked).toEqual([
    "environment=undefined",
    "domain=undefined",
    "tenant=undefined",
    "domain=contoso.com",
    "environment=hybrid",
    "domain=contoso.com",
  ]);
});

test("nobody is asked what a flag says, and a flag that is refused ends it", async () => {
  const ask: Ask = async ({ name }) => (name === "environment" ? "hybrid" : "x");
  const few = steps.filter(({ name }) => ["environment", "domain"].includes(name));
  expect(await fromSomebody(few, { domain: "contoso.com" }, ask)).toMatchObject({ domain: "contoso.com" });
  await expect(fromSomebody(few, { domain: "nonsense" }, ask)).rejects.toThrow(/^--domain must be a domain/);
  await expect(fromSomebody(steps, { ...hybrid, server: "x" }, ask)).rejects.toThrow(/--server does not fit/);
});

test("every question has a flag of its own", () => {
  const flags = steps.map(({ name }) => flagOf(name));
  expect(new Set(flags).size).toBe(flags.length);
  expect(flags).toContain("--admin-url");
});
