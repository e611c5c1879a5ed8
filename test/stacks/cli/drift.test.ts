import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { createStack, wantedOf, type Stack } from "../../providers/stack.ts";
import { siu } from "./siu.ts";

describe("siu drift", { timeout: 60_000 }, () => {
  let embedded: Embedded;
  let stack: Stack;
  let folder: string;
  beforeAll(async () => {
    embedded = await startEmbedded();
    stack = createStack(embedded);
    folder = await mkdtemp(join(tmpdir(), "siu-drift-"));
    await stack.up(wantedOf("demo", embedded));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await embedded.close();
  });

  test("ends with 0 where Exchange is as declared", async () => {
    expect(await siu(["drift", "demo"], embedded.environment)).toMatchObject({
      code: 0,
      out: "Exchange is as declared: 18 resources, no drift.\n",
    });
  });

  test("ends with 2 on drift, and names the line that declares what differs", async () => {
    await embedded
      .exchange("online")
      .invoke("Disable-TransportRule", { Identity: "CodeTwo Exchange transport rule", Confirm: false });
    await embedded.exchange("online").invoke("Set-OutboundConnector", {
      Identity: "CodeTwo Outbound Connector",
      TlsDomain: "relay.example",
    });
    const lines = (await readFile(new URL("../../../stacks/demo.yaml", import.meta.url), "utf8")).split("\n");
    const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
    const { code, out } = await siu(["drift", "demo", "--json"], embedded.environment);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ drift: true, stack: "demo", file: "stacks/demo.yaml" });
    const { findings } = JSON.parse(out) as {
      findings: { standing: string; line: number; resource: string }[];
    };
    expect(
      findings
        .filter(({ standing }) => standing !== "as-declared")
        .map(({ resource, line }) => [resource, line]),
    ).toEqual([
      ["outbound-connector", lineOf("outbound:")],
      ["signatures-rule-signatures", lineOf("- preset: signatures")],
    ]);
  });

  test("writes it to a file, in the form that is asked for", async () => {
    const out = join(folder, "drift.sarif");
    const run = await siu(["drift", "demo", "--format", "sarif", "--out", out], embedded.environment);
    expect(run).toMatchObject({ code: 2, out: `2 of 18 resources differ from the file. See ${out}.\n` });
    expect(await readFile(out, "utf8")).toContain('"version": "2.1.0"');
  });

  test("ends with 1, not with 2, where it could not look", async () => {
    const { faults } = embedded.emulator.organization;
    faults.add({ protocol: "admin", operation: "Get-InboundConnector", failure: "expired", times: 99 });
    expect(await siu(["drift", "demo"], embedded.environment)).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("refused the credentials") as string,
    });
    faults.clear();
    expect(await siu(["drift", "demo", "--format", "yaml"])).toMatchObject({ code: 1 });
  });
});
