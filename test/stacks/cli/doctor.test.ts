import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lints } from "../../../providers/doctor/lints.ts";
import { parts, type Report } from "../../../providers/doctor/report.ts";
import { startDns, type DnsServer } from "../../providers/doctor/dns-server.ts";
import { accountOf, startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { startDaemonInterface, type RunningDaemon } from "../../providers/running-daemon.ts";
import { createStack, wantedOf } from "../../providers/stack.ts";
import { least, siu, stackFile, type Ran } from "./siu.ts";

let embedded: Embedded;
let dns: DnsServer;
let daemon: RunningDaemon;
let variables: Record<string, string>;

/** The doctor on a stack of the checkout, over the wire; nothing but the embedded Exchange and a name server on loopback is asked. */
const doctor = (stack: string, args: string[] = [], more: Record<string, string> = {}): Promise<Ran> =>
  siu(["doctor", stack, "--listener", "none", "--resolver", dns.address, ...args], { ...variables, ...more });

async function reportOf(ran: Promise<Ran>): Promise<Report> {
  return JSON.parse((await ran).out) as Report;
}

async function start(stack: string, environment: "hybrid" | "onPremises"): Promise<void> {
  embedded = await startEmbedded(environment);
  dns = await startDns({ "contoso.com": { TXT: ["v=spf1 a:contoso.smtp.codetwo.online -all"] } });
  await createStack(embedded, stack).up(wantedOf(stack, embedded));
  // The account that a stack makes has the password that it was made with.
  const made = environment === "onPremises" && accountOf(embedded.emulator, "CodeTwoSiuAgent@contoso.com");
  const { cert } = await embedded.emulator.organization.authority.issue(["siu.contoso.com"]);
  daemon = await startDaemonInterface();
  variables = {
    ...embedded.environment,
    SIU_DEMO_DAEMON: daemon.url,
    SIU_DEMO_DAEMON_TOKEN: daemon.token,
    ...(made && { SIU_DEMO_SERVICE_PASSWORD: made.password ?? "" }),
    SIU_DEMO_INTAKE_PORT: "25",
    SIU_DEMO_INTAKE_KEY: "not read",
    SIU_DEMO_INTAKE_CERTIFICATE: cert,
    SIU_DEMO_GRAPH: "https://127.0.0.1:1",
    SIU_DEMO_LOGIN: "https://127.0.0.1:1",
  };
}

const stop = async (): Promise<void> => {
  await dns.close();
  await daemon.close();
  await embedded.close();
};

describe("a hybrid organization", () => {
  beforeAll(() => start("demo", "hybrid"));
  afterAll(stop);

  test("in order ends with 0, and the text says so in words", async () => {
    const { code, out, err } = await doctor("demo", ["--mailbox", "anna.weber@contoso.com"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^demo, 20\d\d-/);
    expect(out).toMatch(/^ {2}ok {2}impersonation +Impersonation \(anna\.weber@contoso\.com\)$/m);
    expect(out).toMatch(/^ {2}-- {2}listener /m);
    expect(out).toMatch(/^note {5}SIU050 {2}Licences \(docs\/doctor\.md#siu050\)$/m);
    expect(out).toMatch(/demo: \d+ ok, 0 red, 2 not looked at, 0 errors, 1 warning, \d+ notes\n$/);
    expect(
      Math.max(
        ...out
          .split("\n")
          .filter((line) => !line.includes("rights"))
          .map(({ length }) => length),
      ),
    ).toBeLessThan(120);
  });

  test("where a rule is off ends with 1, and the text has the cmdlet on one line", async () => {
    const exchange = embedded.exchange("online");
    const Identity = "CodeTwo Exchange transport rule";
    await exchange.invoke("Disable-TransportRule", { Identity, Confirm: false });
    const { code, out } = await doctor("demo");
    await exchange.invoke("Enable-TransportRule", { Identity });
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}!! {2}rule +TransportRule 'CodeTwo Exchange transport rule'/m);
    expect(out).toContain("by hand: Enable-TransportRule -Identity 'CodeTwo Exchange transport rule'\n");
  });

  test.each([
    [
      "SIU_DEMO_AUTODISCOVER",
      "https://127.0.0.1:1/autodiscover/autodiscover.xml",
      "server",
      /Cannot locate the server/,
    ],
    ["SIU_DEMO_SERVICE_PASSWORD", "wrong", "credentials", /refuses the credentials of 'siu@contoso\.com'/],
    ["SIU_DEMO_CLIENT_SECRET", "wrong", "connection", /client/],
  ])("whose %s is wrong says which step fails", async (name, value, part, why) => {
    const { steps, healthy } = await reportOf(doctor("demo", ["--json"], { [name]: value }));
    expect(healthy).toBe(false);
    const red = steps.filter(({ state }) => state === "error");
    expect(red.map((step) => step.part)).toEqual([part]);
    expect(red[0]?.causes.join()).toMatch(why);
  });

  test("whose secret is missing here says the variable", async () => {
    const { code, out } = await doctor("demo", [], { SIU_DEMO_ADMIN_PASSWORD: "" });
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, " ")).toContain("set the environment variable SIU_DEMO_ADMIN_PASSWORD");
  });

  test("whose listener is tried where --listener says", async () => {
    const args = ["doctor", "demo", "--json", "--listener", "127.0.0.1:1", "--resolver", dns.address];
    const { steps } = await reportOf(siu(args, variables));
    expect(steps.find(({ part }) => part === "listener")).toMatchObject({
      state: "error",
      causes: [expect.stringContaining("127.0.0.1:1 did not take the greeting (ECONNREFUSED)")],
    });
  });
});

describe("an organization with servers of its own", () => {
  beforeAll(() => start("onprem", "onPremises"));
  afterAll(stop);

  test("in order ends with 0, once the daemon has the settings", async () => {
    expect(await doctor("onprem")).toMatchObject({
      code: 1,
      out: expect.stringMatching(/It has none yet\. Run: npx siu publish onprem/) as string,
    });
    await siu(["publish", "onprem"], variables);
    const { code, out } = await doctor("onprem", ["--publish"]);
    expect(out).toMatch(/onprem: \d+ ok, 0 red, 1 not looked at/);
    expect(code).toBe(0);
    expect(daemon.reports.doctor?.content).toMatchObject({ stack: "onprem", healthy: true });
  });
});

test("a file with mistakes ends with 1, and each is a cause of the first step", async () => {
  const file = await stackFile(least.replace("environment: onPremises", "environment: nowhere"));
  const stacks = fileURLToPath(new URL("../../../stacks/", import.meta.url));
  const ran = await siu(["doctor", relative(stacks, file).replace(/\.yaml$/, ""), "--json"]);
  expect(ran.code).toBe(1);
  expect((JSON.parse(ran.out) as Report).steps).toMatchObject([
    { part: "configuration", state: "error", causes: [expect.stringContaining("environment")] },
  ]);
});

test("an option that is wrong ends with 2, a stack that is not there with 1", async () => {
  expect(await siu(["doctor", "demo", "--listener", "somewhere"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Say host:port, or none.") as string,
  });
  expect(await siu(["doctor", "nowhere"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("nowhere.yaml cannot be read") as string,
  });
});

test("the page lists every step and every code with its severity and title", () => {
  const page = readFileSync(new URL("../../../docs/doctor.md", import.meta.url), "utf8");
  const missing = [
    ...parts.map((part) => `<a id="${part}"></a>\`${part}\``),
    ...Object.entries(lints).map(
      ([code, { severity, title }]) =>
        `| <a id="${code.toLowerCase()}"></a>${code} | ${severity} | **${title}.**`,
    ),
  ].filter((row) => !page.includes(row));
  expect(missing).toEqual([]);
  expect(page.match(/<a id="siu\d+">/g)).toHaveLength(Object.keys(lints).length);
});
