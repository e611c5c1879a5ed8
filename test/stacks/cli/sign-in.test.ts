import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../../providers/connect.ts";
import { byBrowser } from "../../../stacks/cli/sign-in/browser.ts";
import { byDeviceCode } from "../../../stacks/cli/sign-in/device-code.ts";
import type { Desk, Grant } from "../../../stacks/cli/sign-in/grant.ts";
import { keep } from "../../../stacks/cli/sign-in/keeper.ts";
import { parseConfig } from "../../../stacks/config/load.ts";
import type { Config } from "../../../stacks/config/types.ts";
import { readJwt } from "../../emulator/login/jwt.ts";
import { recipientByAddress, sideOf, type Recipient } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { pwsh } from "../../providers/powershell.ts";
import { atTerminal } from "./pseudo-terminal.ts";
import { siu, stackFile } from "./siu.ts";
import { signInAt, type Person } from "./sign-in/person.ts";

const uma = "uma.patel@contoso.com";
let embedded: Embedded;
let operator: Recipient;
let person: Person;
let ca: string;
let desk: Desk & { dispatcher: Agent };

beforeAll(async () => {
  embedded = await startEmbedded("hybrid");
  const { organization } = embedded.emulator;
  ca = organization.authority.ca;
  const found = recipientByAddress(sideOf(organization, "online"), uma);
  if (!found) throw new Error("Uma is not there.");
  operator = found;
  operator.password ??= "Uma-signs-in-1!";
  operator.secondFactor = "493021";
  const Members = { Identity: "Organization Management", Member: uma };
  await embedded.exchange("online").invoke("Add-RoleGroupMember", Members);
});
afterAll(() => embedded.close());
beforeEach(() => {
  person = { login: uma, passwd: operator.password ?? "", otc: "493021" };
  desk = {
    url: (embedded.environment["SIU_DEMO_TOKEN"] ?? "").replace(/\/token$/, ""),
    clientId: "fb78d390-0c51-40cd-8e17-fdbfab77341b",
    dispatcher: new Agent({ connect: { ca } }),
    now: () => embedded.emulator.organization.now(),
  };
});
afterEach(() => desk.dispatcher.close());

const text = `environment: online
organization: { domain: contoso.com, tenant: contoso.onmicrosoft.com, tenantId: 5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10 }
connections:
  certificateAuthority: \${env:SIU_DEMO_CA}
  online:
    admin: { via: rest, url: "\${env:SIU_DEMO_ONLINE_ADMIN}", tokenUrl: "\${env:SIU_DEMO_TOKEN}", signIn: browser }
serviceAccount:
  application:
    clientId: 7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047
    objectId: c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62
    clientSecret: \${env:SIU_DEMO_APPLICATION_SECRET}
`;

const config = (via = "rest"): Config =>
  parseConfig(text.replace("via: rest", `via: ${via}`), { file: "stack.yaml" }).config;

/** With the device code, by somebody who does what `change` says; answers what was said and what it gave. */
async function onAnotherDevice(
  change: Partial<Person> = {},
): Promise<{ said: string[]; grant: Promise<Grant> }> {
  const said: string[] = [];
  const offered = Promise.withResolvers<string>();
  let polls = 0;
  const signedIn = Promise.withResolvers<void>();
  const grant = byDeviceCode(
    desk,
    (line) => {
      said.push(line);
      offered.resolve(line);
    },
    // The first look is before anybody signed in.
    async () => void ((polls += 1) > 1 && (await signedIn.promise)),
  );
  grant.catch(() => undefined);
  const [, page = "", userCode = ""] =
    /page (\S+) and enter the code (\S+)/.exec(await offered.promise) ?? [];
  await signInAt(page, ca, { ...person, userCode, ...change });
  signedIn.resolve();
  return { said, grant };
}

const inBrowser = (change: Partial<Person> = {}): Promise<Grant> =>
  byBrowser(desk, (url) => void signInAt(url, ca, { ...person, ...change }).catch(() => undefined));

describe("an operator", () => {
  test("signs in on another device, with a second factor", async () => {
    const { said, grant } = await onAnotherDevice();
    const { token } = await grant;
    expect(said).toEqual([expect.stringMatching(/open the page https:\S+ and enter the code [A-Z0-9]{9}/)]);
    expect(readJwt(token)?.claims).toMatchObject({ upn: uma, amr: ["pwd", "mfa"], idtyp: "user" });
  });

  test("signs in in the browser, with a second factor, and only the program that asked can redeem it", async () => {
    let asked = "";
    const grant = byBrowser(desk, (url) => {
      asked = url;
      void signInAt(url, ca, person);
    });
    expect(readJwt((await grant).token)?.claims).toMatchObject({ upn: uma, amr: ["pwd", "mfa"] });
    expect(new URL(asked).searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(embedded.emulator.organization.store.signIns).toEqual([]);
  });

  test.each([
    ["in the browser", () => inBrowser({ cancels: true })],
    ["on another device", async () => (await onAnotherDevice({ cancels: true })).grant],
  ])("who cancels %s is told so", async (_where, signsIn) => {
    await expect(signsIn()).rejects.toMatchObject({
      code: "WRONG_CREDENTIALS",
      message: expect.stringMatching(/^The sign-in was cancelled\./),
    });
  });

  test("whose time is over is told so", async () => {
    const wait = async (): Promise<void> => void (embedded.emulator.organization.store.signIns = []);
    await expect(byDeviceCode(desk, () => {}, wait)).rejects.toThrow(/^Nobody signed in in time\./);
  });

  test.each(["rest", "powershell"])(
    "does over %s what the operator may, by tokens of the process that keeps the sign-in",
    async (via) => {
      const kept = await keep(desk, await inBrowser());
      const folder = await mkdtemp(join(tmpdir(), "siu-operator-"));
      const trusted = join(folder, "ca.pem");
      await writeFile(trusted, ca);
      const env = {
        ...process.env,
        ...embedded.environment,
        NODE_EXTRA_CA_CERTS: trusted,
        ...kept.variables,
      };
      process.env["NODE_POWERSHELL"] = pwsh;
      const exchange = connect(config(via), "online", { env, readFile: String }, () => {});
      expect((await exchange.invoke("Get-AcceptedDomain")).length).toBeGreaterThan(0);
      await exchange.close();
      delete process.env["NODE_POWERSHELL"];
      kept.close();
      await rm(folder, { recursive: true });
    },
  );

  test("is not asked again while a run lasts: the next token comes without them", async () => {
    const grant = await inBrowser();
    const kept = await keep(desk, { ...grant, until: desk.now() });
    const ask = async (header: string): Promise<{ status: number; token?: string }> => {
      const answer = await fetch(kept.variables["SIU_SIGN_IN"] ?? "", {
        headers: { "x-identity-header": header },
      });
      const body = (await answer.json()) as { access_token?: string };
      return { status: answer.status, ...(body.access_token !== undefined && { token: body.access_token }) };
    };
    const next = await ask(kept.variables["SIU_SIGN_IN_HEADER"] ?? "");
    expect(next.status).toBe(200);
    expect(next.token).not.toBe(grant.token);
    expect(await ask("guessed")).toEqual({ status: 401 });
    kept.close();
  });

  test("who has no role is refused by Exchange, as an operator without rights is", async () => {
    const side = sideOf(embedded.emulator.organization, "online");
    const victor = recipientByAddress(side, "victor.hugo@contoso.com");
    if (!victor) throw new Error("Victor is not there.");
    victor.password ??= "Victor-signs-in-1!";
    const kept = await keep(
      desk,
      await inBrowser({ login: "victor.hugo@contoso.com", passwd: victor.password }),
    );
    const env = { ...embedded.environment, ...kept.variables };
    const exchange = connect(config(), "online", { env, readFile: String }, () => {});
    await expect(exchange.invoke("Get-AcceptedDomain")).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await exchange.close();
    kept.close();
  });
});

test("without a sign-in, Pulumi by itself is told to be run by siu", () => {
  const { environment: env } = embedded;
  expect(() => connect(config(), "online", { env, readFile: String }, () => {})).toThrow(/Run by `npx siu`/);
});

test("without a terminal nobody is asked", async () => {
  const from = await stackFile(text);
  const { code, err } = await siu(
    ["import", join(dirname(from), "x.yaml"), "--from", from],
    embedded.environment,
  );
  expect([code, err]).toEqual([1, expect.stringContaining("signIn needs somebody at a terminal")]);
});

test("at a terminal a command asks once, by the browser, and goes on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "siu-browser-"));
  const browser = join(folder, "browser");
  const script = fileURLToPath(new URL("sign-in/browser.ts", import.meta.url));
  const quoted = [process.execPath, script].map((word) => `'${word}'`).join(" ");
  await writeFile(browser, `#!/bin/sh\nexec ${quoted} "$1" "$SIU_DEMO_CA" '${JSON.stringify(person)}'\n`);
  await chmod(browser, 0o700);
  const from = await stackFile(text);
  const file = join(dirname(from), "signed.yaml");
  const session = atTerminal(["import", file, "--from", from], { ...embedded.environment, BROWSER: browser });
  const code = await session.ended;
  await rm(folder, { recursive: true });
  expect([code, session.screen()]).toEqual([0, expect.stringMatching(/Sign in in the browser.*is written/s)]);
  expect(session.screen().match(/Sign in in the browser/g)?.length).toBe(1);
});
