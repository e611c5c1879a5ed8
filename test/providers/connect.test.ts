import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../providers/connect.ts";
import type { SideName } from "../../providers/exchange/port.ts";
import { parseConfig } from "../../stacks/config/load.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { pwsh } from "./powershell.ts";

let organization: Embedded;
let folder: string;
const demo = readFileSync(new URL("../../stacks/demo.yaml", import.meta.url), "utf8");

beforeAll(async () => {
  organization = await startEmbedded();
  folder = await mkdtemp(join(tmpdir(), "siu-connect-"));
  await writeFile(join(folder, "ca.pem"), organization.environment["SIU_DEMO_CA"] ?? "");
  // The process that stands in for PowerShell inherits them.
  process.env["NODE_EXTRA_CA_CERTS"] = join(folder, "ca.pem");
  process.env["NODE_POWERSHELL"] = pwsh;
});
afterAll(async () => {
  await organization.close();
  await rm(folder, { recursive: true });
});

const byPowerShell = demo
  .replace("via: rest", "via: powershell\n      authentication: Basic")
  .replace("via: rest", "via: powershell");

test.each<[string, SideName, string]>([
  ["REST", "onPremises", demo],
  ["REST", "online", demo],
  ["PowerShell", "onPremises", byPowerShell],
  ["PowerShell, with the token of a secret,", "online", byPowerShell],
])("over %s %s is reached as the stack says", async (_way, side, text) => {
  const { config } = parseConfig(text, { file: "stacks/demo.yaml" });
  const said: string[] = [];
  const exchange = connect(
    config,
    side,
    { env: organization.environment, readFile: () => "" },
    (sentence) => void said.push(sentence),
  );
  const domains = await exchange.invoke("Get-AcceptedDomain");
  expect(domains.map((row) => row["DomainName"])).toContain("contoso.com");
  expect(said).toEqual([]);
  await exchange.close();
});

test("a side without a connection says where one belongs", () => {
  const { config } = parseConfig(demo, { file: "stacks/demo.yaml" });
  const { onPremises: _gone, ...connections } = config.connections;
  expect(() =>
    connect(
      { ...config, connections },
      "onPremises",
      { env: organization.environment, readFile: () => "" },
      () => {},
    ),
  ).toThrow(/fill in connections\.onPremises\.admin/);
});
