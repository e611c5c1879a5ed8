import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../../providers/exchange/errors.ts";
import { createPwsh, type PwshOptions } from "../../../providers/exchange/pwsh.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { powershellSession, pwsh } from "../powershell.ts";

let organization: Embedded;
let folder: string;
beforeAll(async () => {
  organization = await startEmbedded();
  folder = await mkdtemp(join(tmpdir(), "siu-pwsh-"));
});
afterAll(async () => {
  await organization.close();
  await rm(folder, { recursive: true });
});

function session(options: Partial<PwshOptions>) {
  return createPwsh({
    side: "onPremises",
    connect: async () => "$null",
    disconnect: "$null",
    executable: pwsh,
    wait: async () => {},
    ...options,
  });
}

/** A program in PowerShell's place. */
async function program(source: string): Promise<string> {
  const path = join(folder, `program-${Math.random().toString(36).slice(2)}`);
  await writeFile(path, `#!/usr/bin/env node\n${source}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Processes in PowerShell's place that this one has running. */
function children(): string[] {
  const found = spawnSync("pgrep", ["-f", `-P${process.pid}`, "test/pwsh/pwsh"], { encoding: "utf8" });
  return found.stdout.split("\n").filter(Boolean);
}

describe("a session of PowerShell", () => {
  test("one process serves every call of a deployment, and ends with it", async () => {
    const { exchange, close } = await powershellSession(organization, "onPremises");
    await Promise.all(
      ["Get-AcceptedDomain", "Get-User", "Get-SendConnector"].map((each) => exchange.invoke(each)),
    );
    expect(children()).toHaveLength(1);
    await close();
    expect(children()).toEqual([]);
  });

  test("a missing PowerShell is said at once, with what to do", async () => {
    const waits: number[] = [];
    const wait = async (pause: number): Promise<void> => void waits.push(pause);
    const exchange = session({ executable: join(folder, "no-such-pwsh"), wait });
    await expect(exchange.invoke("Get-TransportRule")).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("Install PowerShell 7") as string,
    });
    expect(waits).toEqual([]);
    await exchange.close();
  });

  test.each([
    ["that ends without an error", "process.stdin.once('data', () => process.exit(0))"],
    ["that fails", "process.stdin.once('data', () => process.exit(3))"],
  ])("a PowerShell %s is no empty answer; a write is not repeated", async (_how, source) => {
    const exchange = session({ executable: await program(source) });
    await expect(exchange.invoke("New-TransportRule", { Name: "x" })).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    await exchange.close();
  });

  test("what PowerShell prints of a command, with a secret in it, is not passed on", async () => {
    const echo = await program(`
      let marks = [];
      process.stdin.on("data", (data) => {
        for (const line of String(data).split("\\n")) {
          const mark = /Console\\]::(Out|Error)\\.WriteLine\\("(\\w+)"\\)/.exec(line);
          if (mark) process[mark[1] === "Out" ? "stdout" : "stderr"].write(mark[2] + "\\n");
          else if (line !== "") process.stderr.write("At line:1 " + line + "\\n");
        }
      });`);
    const secret = "Very-Secret-42";
    const exchange = session({ executable: echo });
    const failure = await exchange
      .invoke("New-Mailbox", { Name: "x", Password: secret })
      .catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: "UNAVAILABLE" });
    expect(String((failure as Error).stack) + String((failure as Error).cause)).not.toContain(secret);
    await exchange.close();
  });

  test("a statement that connects anew is run when the token is another", async () => {
    const seen: string[] = [];
    let number = 0;
    const exchange = session({
      connect: async () => {
        seen.push(`$global:n = ${++number}`);
        return seen.at(-1) ?? "";
      },
    });
    await expect(exchange.invoke("Get-X")).rejects.toMatchObject({ code: "UNKNOWN_CMDLET" });
    await expect(exchange.invoke("Get-X")).rejects.toMatchObject({ code: "UNKNOWN_CMDLET" });
    expect(seen).toHaveLength(2);
    await exchange.close();
  });

  test("a session that cannot be had for a moment leaves no process behind", async () => {
    let reachable = true;
    const exchange = session({
      connect: async () => {
        if (reachable) return "$global:n = 1";
        throw new Fault("UNAVAILABLE", "The token service cannot be reached.");
      },
    });
    await expect(exchange.invoke("Get-X")).rejects.toMatchObject({ code: "UNKNOWN_CMDLET" });
    reachable = false;
    await expect(exchange.invoke("New-X")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(children()).toEqual([]);
    await exchange.close();
  });

  test("a wrong password is WRONG_CREDENTIALS, and is not shown", async () => {
    const environment = { ...organization.environment, SIU_DEMO_ADMIN_PASSWORD: "not-the-password" };
    const { exchange, close } = await powershellSession({ ...organization, environment }, "onPremises");
    const failure = await exchange.invoke("Get-AcceptedDomain").catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: "WRONG_CREDENTIALS" });
    expect((failure as Error).message).not.toContain("not-the-password");
    await close();
  });

  test("a password reaches the mailbox that it is for", async () => {
    const { exchange, close } = await powershellSession(organization, "onPremises");
    const Password = "P@$$w0rd'`\"\u2019é";
    await exchange.invoke("New-Mailbox", {
      Name: "Powered",
      UserPrincipalName: "powered@contoso.com",
      Password,
    });
    const side = organization.emulator.organization.store.sides.get("onPremises");
    const made = [...(side?.recipients.values() ?? [])].find(({ name }) => name === "Powered");
    expect(made?.password).toBe(Password);
    await close();
  });
});
