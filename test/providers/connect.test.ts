import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../../providers/connect.ts";
import type { Exchange, SideName } from "../../providers/exchange/port.ts";
import { parseConfig } from "../../stacks/config/load.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { startIdentityService, type IdentityServiceStandIn } from "./identity-service.ts";
import { pwsh } from "./powershell.ts";

let organization: Embedded;
let identity: IdentityServiceStandIn;
let folder: string;
/** What a pipeline writes into connections.online.admin.federatedTokenFile. */
let workload: string;
/** What the stacks of these tests refer to, and what tells the stand-in for PowerShell where things are. */
let env: Record<string, string | undefined>;
const demo = readFileSync(new URL("../../stacks/demo.yaml", import.meta.url), "utf8");

beforeAll(async () => {
  organization = await startEmbedded();
  folder = await mkdtemp(join(tmpdir(), "siu-connect-"));
  await writeFile(join(folder, "ca.pem"), organization.environment["SIU_DEMO_CA"] ?? "");
  const { store, authority } = organization.emulator.organization;
  const [application] = store.applications;
  if (!application) throw new Error("The seed has no application.");
  const { key, cert } = await authority.issue(["provisioner"]);
  application.certificates = [cert];
  const pipeline = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const claims = {
    iss: "https://token.actions.githubusercontent.com",
    sub: "repo:contoso/exchange:ref:refs/heads/main",
    aud: "api://AzureADTokenExchange",
    exp: Math.floor(organization.emulator.organization.now() / 1_000) + 300,
  };
  const signed = [{ alg: "RS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  workload = `${signed}.${sign("sha256", Buffer.from(signed), pipeline.privateKey).toString("base64url")}\n`;
  application.federated = [
    {
      issuer: claims.iss,
      subject: claims.sub,
      audience: claims.aud,
      keys: [{ ...pipeline.publicKey.export({ format: "jwk" }) }],
    },
  ];
  identity = await startIdentityService(organization.emulator.organization, application);
  process.env["NODE_POWERSHELL"] = pwsh;
  env = {
    ...process.env,
    ...organization.environment,
    NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    APPLICATION_KEY: key,
    APPLICATION_CERTIFICATE: cert,
  };
});
afterAll(async () => {
  delete process.env["NODE_POWERSHELL"];
  await identity.close();
  await organization.close();
  await rm(folder, { recursive: true });
});

const byPowerShell = demo
  .replace("via: rest", "via: powershell\n      authentication: Basic")
  .replace("via: rest", "via: powershell");
const byCertificate = (text: string): string =>
  text.replace(
    "clientSecret: ${env:SIU_DEMO_CLIENT_SECRET}",
    'certificate: { key: "${env:APPLICATION_KEY}", certificate: "${env:APPLICATION_CERTIFICATE}" }',
  );
const byIdentity = (text: string): string =>
  text.replace("clientSecret: ${env:SIU_DEMO_CLIENT_SECRET}", "managedIdentity: true");
const byWorkload = (text: string): string =>
  text.replace("clientSecret: ${env:SIU_DEMO_CLIENT_SECRET}", "federatedTokenFile: .siu/federated-token");
const byOnlyIdentity = (text: string): string => byIdentity(text).replace(/^ *clientId: .*\n/m, "");

function connected(
  side: SideName,
  text: string,
  more: Record<string, string> = {},
): { exchange: Exchange; said: string[] } {
  const { config } = parseConfig(text, { file: "stacks/demo.yaml" });
  const said: string[] = [];
  const sources = { env: { ...env, ...more }, readFile: () => workload };
  const exchange = connect(config, side, sources, (sentence) => void said.push(sentence));
  onTestFinished(exchange.close);
  return { exchange, said };
}

const online: [string, string, () => Record<string, string>][] = [
  ["REST, by a secret", demo, () => ({})],
  ["REST, by a certificate", byCertificate(demo), () => ({})],
  ["REST, by the identity of an App Service", byOnlyIdentity(demo), () => identity.appService],
  ["REST, by one of a machine's identities", byIdentity(demo), () => identity.virtualMachine],
  ["REST, by the token of a pipeline", byWorkload(demo), () => ({})],
  ["PowerShell, by the token of a pipeline", byWorkload(byPowerShell), () => ({})],
  ["PowerShell, by the token of a secret", byPowerShell, () => ({})],
  ["PowerShell, by a certificate", byCertificate(byPowerShell), () => ({})],
  ["PowerShell, by the machine's identity", byOnlyIdentity(byPowerShell), () => identity.appService],
  ["PowerShell, by one of a machine's identities", byIdentity(byPowerShell), () => identity.appService],
];

test.each([
  ["REST", demo],
  ["PowerShell", byPowerShell],
])("servers of one's own are reached as the stack says: %s", async (_way, text) => {
  const { exchange, said } = connected("onPremises", text);
  const domains = await exchange.invoke("Get-AcceptedDomain");
  expect(domains.map((row) => row["DomainName"])).toContain("contoso.com");
  expect(said).toEqual([]);
});

describe.each(online)("Exchange Online over %s", (_way, text, variables) => {
  test("is reached as the stack says", async () => {
    const { exchange, said } = connected("online", text, variables());
    const domains = await exchange.invoke("Get-AcceptedDomain");
    expect(domains.map((row) => row["DomainName"])).toContain("contoso.com");
    expect(said).toEqual([]);
  });

  test("signs in anew, once, when it is refused early, and a write is done then, once", async () => {
    const { exchange } = connected("online", text, variables());
    const { faults } = organization.emulator.organization;
    await exchange.invoke("Get-AcceptedDomain");
    faults.add({ protocol: "admin", side: "online", failure: "expired" });
    const rule = { Name: "After a refusal", PrependSubject: "x", Enabled: false };
    await exchange.invoke("New-TransportRule", rule);
    expect(await exchange.invoke("Get-TransportRule", { Identity: rule.Name })).toHaveLength(1);
    await exchange.invoke("Remove-TransportRule", { Identity: rule.Name, Confirm: false });
    faults.add({ protocol: "admin", side: "online", failure: "expired", times: 2 });
    await expect(exchange.invoke("Get-AcceptedDomain")).rejects.toMatchObject({ code: "WRONG_CREDENTIALS" });
  });
});

test("a machine without an identity is told, with what to do", async () => {
  const stranger = byIdentity(demo).replace(/clientId: .*/, "clientId: 11111111-2222-3333-4444-555555555555");
  await expect(
    connected("online", stranger, identity.appService).exchange.invoke("Get-AcceptedDomain"),
  ).rejects.toMatchObject({
    code: "WRONG_CREDENTIALS",
    message: expect.stringMatching(/no managed identity '1111.*Assign one to it in Azure/) as string,
  });
});

test("a pipeline's token that is not there is told, with who has to write it", async () => {
  const { config } = parseConfig(byWorkload(demo), { file: "stacks/demo.yaml" });
  const readFile = (path: string): string => {
    throw new Error(`ENOENT: no such file, open '${path}'`);
  };
  const exchange = connect(config, "online", { env, readFile }, () => {});
  onTestFinished(exchange.close);
  await expect(exchange.invoke("Get-AcceptedDomain")).rejects.toMatchObject({
    code: "WRONG_CREDENTIALS",
    message: expect.stringContaining(
      "federatedTokenFile: the file '.siu/federated-token' cannot be read",
    ) as string,
  });
});

test("a side without a connection says where one belongs", () => {
  const { config } = parseConfig(demo, { file: "stacks/demo.yaml" });
  const { onPremises: _gone, ...connections } = config.connections;
  expect(() =>
    connect({ ...config, connections }, "onPremises", { env, readFile: () => "" }, () => {}),
  ).toThrow(/fill in connections\.onPremises\.admin/);
});
