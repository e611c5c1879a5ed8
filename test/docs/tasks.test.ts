import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parts } from "../../providers/doctor/report.ts";
import { copyCheckout } from "../demo/checkout.ts";
import { startEmbedded, type Embedded } from "../providers/embedded.ts";

const patience = 300_000;
const docs = new URL("../../docs/tasks/", import.meta.url);

/** The questions of the wizard, answered for the embedded organization. */
const answers = `--environment hybrid --domain contoso.com --tenant contoso.onmicrosoft.com
  --tenant-id 5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10 --certificate-authority env:SIU_DEMO_CA
  --autodiscover-url '\${env:SIU_DEMO_AUTODISCOVER}' --admin-via rest --admin-url '\${env:SIU_DEMO_ONPREMISES_ADMIN}'
  --admin-user admin@contoso.com --admin-password env:SIU_DEMO_ADMIN_PASSWORD
  --online-via rest --online-url '\${env:SIU_DEMO_ONLINE_ADMIN}' --online-token-url '\${env:SIU_DEMO_TOKEN}'
  --online-client-id 0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e --online-secret env:SIU_DEMO_CLIENT_SECRET
  --upn siu@contoso.com --account-password env:SIU_DEMO_SERVICE_PASSWORD --no-application
  --service codetwo --subdomain contoso --validation-recipient postmaster@fabrikam.example
  --scope group --scope-group signatures@contoso.com --intake connector
  --listen-key env:LISTENER_KEY --listen-certificate env:LISTENER_CERTIFICATE`.replaceAll(/\s+/g, " ");

/** Commands of a page, as an administrator would copy them, and the exit code that the page says they have. */
function blocksOf(page: string): { commands: string; code: number }[] {
  const text = readFileSync(new URL(page, docs), "utf8");
  return [...text.matchAll(/^( *)```sh(?: exits (\d+))?\n(.*?)\n\1```$/gms)].map(
    ([, indent = "", code = "0", block = ""]) => ({
      commands: block.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      code: Number(code),
    }),
  );
}

describe.runIf(process.platform === "linux")(
  "every command of the pages for administrators works as it stands there",
  () => {
    let embedded: Embedded;
    let checkout: Awaited<ReturnType<typeof copyCheckout>>;
    let listener: Record<string, string>;
    beforeAll(async () => {
      [embedded, checkout] = await Promise.all([startEmbedded("hybrid"), copyCheckout()]);
      const { key, cert } = await embedded.emulator.organization.authority.issue(["siu.contoso.com"]);
      listener = { LISTENER_KEY: key, LISTENER_CERTIFICATE: cert };
    });
    afterAll(async () => {
      await checkout.remove();
      await embedded.close();
    });

    /** Runs lines in the copy of the checkout, whose `npx siu` is its own. */
    function shell(commands: string): Promise<{ code: number; output: string }> {
      const siu = `npx() { shift; '${process.execPath}' stacks/cli/siu.mjs "$@"; }`;
      const { PULUMI_BACKEND_URL: _, PULUMI_CONFIG_PASSPHRASE: __, ...inherited } = process.env;
      const env = {
        ...inherited,
        ...embedded.environment,
        ...listener,
        PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      };
      return new Promise((resolve) => {
        execFile(
          "bash",
          ["-euo", "pipefail", "-c", `${siu}\n${commands}`],
          { cwd: checkout.folder, env },
          (error, out, err) =>
            resolve({ code: error === null ? 0 : Number(error.code), output: `${out}${err}` }),
        );
      });
    }

    /** Runs a page's blocks one after the other; answers what each of them said. */
    async function follow(
      page: string,
      edited: (block: number) => Promise<void> = async () => {},
    ): Promise<string[]> {
      const said: string[] = [];
      for (const [index, { commands, code }] of blocksOf(page).entries()) {
        await edited(index);
        const ran = await shell(
          commands.replace("npx siu init contoso", (command) => `${command} ${answers}`),
        );
        expect(ran.code, `${page}: ${commands}\n${ran.output}`).toBe(code);
        said.push(ran.output);
      }
      expect(said.length).toBeGreaterThan(0);
      return said;
    }

    /** Changes the stack's file as somebody does in an editor. */
    async function edit(from: string, to: string): Promise<void> {
      const file = join(checkout.folder, "stacks/contoso.yaml");
      const text = await readFile(file, "utf8");
      expect(text).toContain(from);
      await writeFile(file, text.replace(from, to));
    }

    const rule = (): unknown =>
      embedded.stored("online", "TransportRule", "CodeTwo Exchange transport rule")?.["State"];

    test("first deployment", { timeout: patience }, async () => {
      // Nobody waits half an hour for an embedded Exchange to route by new rules.
      const said = await follow("first-deployment.md", async (block) => {
        if (block === 1) await edit("connectors:\n", "connectors:\n  drainMinutes: 0\n");
      });
      expect(said[0]).toContain("npx siu doctor contoso");
      expect(said.at(-1)).toContain("no drift");
      expect(rule()).toBe("Enabled");
    });

    test("pausing", { timeout: patience }, async () => {
      const said = await follow("pausing.md");
      expect(said[0]).toContain("is off now");
      expect(said[1]).toContain("is paused");
      expect(rule()).toBe("Enabled");
    });

    test("changing the account", { timeout: patience }, async () => {
      const run = embedded.exchange("onPremises").invoke;
      await run("New-Mailbox", {
        Name: "siu2",
        UserPrincipalName: "siu2@contoso.com",
        Password: embedded.environment["SIU_DEMO_SERVICE_PASSWORD"] ?? "",
      });
      await run("Add-RoleGroupMember", { Identity: "Organization Management", Member: "siu2" });
      await follow("changing-the-account.md");
      const grant = "Sent Items Update impersonation (contoso)";
      expect(embedded.stored("onPremises", "ManagementRoleAssignment", grant)).toMatchObject({
        EffectiveUserName: "siu2",
      });
    });

    test("drift", { timeout: patience }, async () => {
      const said = await follow("drift.md");
      expect(said.at(-1)).toMatch(/stacks\/contoso\.yaml:\d+:\d+\n {2}SentToScope is not set instead of/);
    });

    test("removing", { timeout: patience }, async () => {
      const said = await follow("removing.md");
      expect(said.at(-1)).toContain("does not exist in Exchange");
      expect(rule()).toBeUndefined();
    });

    test("adopting what is there", { timeout: patience }, async () => {
      const exchange = embedded.exchange("online");
      const name = "CodeTwo Inbound Connector 2.0";
      await exchange.invoke("New-InboundConnector", {
        Name: name,
        ConnectorType: "OnPremises",
        SenderDomains: ["*"],
        Comment: "Made by hand",
      });
      const said = await follow("adopting.md", async (block) => {
        if (block === 0) await edit("connectors:\n", "connectors:\n  inbound:\n    adopt: true\n");
      });
      expect(said[0]).toContain("is taken over (adopt): ");
      expect(embedded.stored("online", "InboundConnector", name)?.["Comment"]).toBe(
        "Made by hand [sent-items-update:contoso:adopted]",
      );
    });
  },
);

test("troubleshooting names every step of the doctor's checklist", () => {
  const page = readFileSync(new URL("troubleshooting.md", docs), "utf8");
  expect(parts.filter((part) => !page.includes(`| \`${part}\` |`))).toEqual([]);
});
