import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { storeMessage } from "../../emulator/mailbox.ts";
import { recipientByAddress, sideOf } from "../../emulator/store.ts";
import { startPostgres } from "../../postgres/server.ts";
import { startDaemon } from "../process.ts";
import { noBrowser, objections, openBrowser } from "../browser.ts";
import { mailOf, type Scene, startScene } from "../end-to-end/scene.ts";

// A browser and whole processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const anna = "anna.weber@contoso.com";
const carl = "carl@fabrikam.example";
const token = "a-token-of-the-tests";

let browser: Browser;
let scene: Scene;
let page: Page;

/** A signed-in page in a browser of its own. */
async function signedIn(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: `http://127.0.0.1:${scene.daemon().http}`,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto("/");
  await page.getByLabel("The daemon's token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Mail path" }).waitFor();
  return page;
}

const put = async (change: Parameters<Scene["put"]>[0] = {}) => {
  const listen = scene.listen("siu.contoso.com");
  const answer = await scene.put({ intake: { via: "relay", allow: ["127.0.0.1"], listen }, ...change });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
};

/** The stamped copy of a message comes to the daemon. */
async function stamp(messageId: string): Promise<string> {
  const raw = mailOf(anna, messageId, [carl], ["X-CodeTwoProcessed: true"]);
  const stamped = raw.replace("</body>", "<p>Contoso Ltd</p></body>");
  const port = scene.ports["siu.contoso.com"] ?? 0;
  expect(await scene.bring(port, { from: anna, to: carl, raw: stamped })).toMatch(/^250 /);
  return messageId;
}

/** A message whose sent copy never appears, told as failed by the daemon. */
async function fail(): Promise<string> {
  const messageId = await stamp(`<${randomUUID()}@contoso.com>`);
  await scene.daemon().until((rows) => rows.get(messageId)?.outcome === "failed");
  return messageId;
}

/** The sent copy of a failed message appears after all. */
async function appear(messageId: string): Promise<void> {
  const owner = recipientByAddress(sideOf(scene.world.organization, "onPremises"), anna)?.guid ?? "";
  const mailbox = sideOf(scene.world.organization, "onPremises").mailboxes.get(owner);
  if (!mailbox) throw new Error("anna has no mailbox");
  const raw = Buffer.from(mailOf(anna, messageId, [carl]));
  await storeMessage(scene.world.organization, mailbox, "sentitems", raw, { isRead: true, at: Date.now() });
}

describe.skipIf(noBrowser !== undefined)(
  `the status page in a browser${noBrowser ? ` (skipped: ${noBrowser})` : ""}`,
  () => {
    beforeAll(async () => {
      scene = await startScene({ environment: "onPremises" });
      await scene.start();
      browser = await openBrowser();
      page = await signedIn();
    });
    afterAll(async () => {
      await browser?.close();
      await scene?.close();
    });

    test("says that nothing is set up, and shows by itself when it is", async () => {
      await page.getByText("Nothing is set up yet: there are no settings.").waitFor();
      await put({ deadlineSeconds: 1 });
      await page.getByText("Sent items are being updated.", { exact: true }).waitFor();
      expect(await page.getByRole("definition").allTextContents()).toEqual(
        expect.arrayContaining(["on", "contoso.com", "siu@contoso.com", "relay"]),
      );
    });

    test("shows mail as it flows, without being loaded again", async () => {
      await page.evaluate("globalThis.untouched = true");
      await stamp(await scene.send(anna));
      await page.getByText("1 message updated in the last hour").first().waitFor();
      await page.getByRole("row", { name: "updated" }).waitFor();
      expect(await page.evaluate("globalThis.untouched")).toBe(true);
    });

    test("a failed message shows with its reason, and its button takes it up again", async () => {
      const messageId = await fail();
      await page.getByText("No sent copy appeared before the deadline.").waitFor();
      await appear(messageId);
      await page.getByRole("button", { name: `Retry ${messageId}` }).click();
      await page.getByText("The message is taken up again.").waitFor();
      await page.getByText("No message has failed.").waitFor();
      const rows = await scene.daemon().until((rows) => rows.get(messageId)?.done !== undefined);
      expect(rows.get(messageId)).toMatchObject({ outcome: "updated" });
      expect(scene.copies(anna, messageId)[0]?.html).toContain("Contoso Ltd");
    });

    test("finds messages by sender or Message-ID; what is being typed stays while the page renews itself", async () => {
      await page.goto("/");
      const field = page.getByLabel("Message-ID or sender, or a part of it");
      await field.fill("ANNA.");
      const asOf = page.locator("#as-of");
      const before = (await asOf.textContent()) ?? "";
      await asOf.filter({ hasNotText: before }).waitFor();
      expect(await field.inputValue()).toBe("ANNA.");
      expect(await page.evaluate("document.activeElement.id")).toBe("q");
      await field.press("Enter");
      const found = page.locator("#found");
      await found.getByText(anna).first().waitFor();
      expect(await found.getByRole("listitem").count()).toBe(2);
      await field.fill("nobody@");
      await page.getByRole("button", { name: "Search" }).click();
      await found.getByText("Nothing was found.").waitFor();
      expect(await page.title()).toBe("Sent Items Update");
      await page.goto("/");
    });

    test("shows what doctor and probe found: the path's colours in words, and the checklist", async () => {
      const report = (kind: string, body: object) =>
        scene.daemon().call(`/reports/${kind}`, { method: "PUT", body: JSON.stringify(body) });
      const step = (part: string, title: string, causes: string[] = []) => ({
        part,
        title,
        state: causes.length > 0 ? "error" : "ok",
        causes,
      });
      const steps = [
        step("rule", "Sent Items Update: Signatures", ["It is switched off. Run siu up."]),
        step("connectors", "Sent Items Update: to the service"),
        step("intake", "relay"),
        step("impersonation", "Sent Items of a sender open"),
      ];
      await report("doctor", {
        stack: "prod",
        healthy: false,
        steps,
        findings: [
          {
            code: "SIU016",
            severity: "note",
            message: "Multi-factor authentication of the account is not seen.",
          },
        ],
      });
      await report("probe", { stack: "prod", hops: [{ hop: "sender", state: "ok", text: "submitted" }] });
      const hop = (name: string) => page.locator("#path li", { hasText: name });
      await hop("Transport rule").getByText("failed").waitFor();
      expect(await hop("Transport rule").textContent()).toContain("It is switched off.");
      expect(await hop("Sender").getByText("ok", { exact: true }).count()).toBe(1);
      expect(await hop("Signature service").getByText("not looked at").count()).toBe(1);
      await page.getByText("SIU016: Multi-factor").waitFor();
    });

    test("can be used by the keyboard alone", async () => {
      const messageId = await fail();
      const context = await browser.newContext({ baseURL: `http://127.0.0.1:${scene.daemon().http}` });
      const page = await context.newPage();
      const focused = () => page.evaluate("document.activeElement.id || document.activeElement.textContent");
      await page.goto("/");
      await page.locator("#token:focus").waitFor();
      await page.keyboard.type(token);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: `Retry ${messageId}` }).waitFor();
      await page.keyboard.press("Tab");
      expect(await focused()).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      await page.locator("main:focus").waitFor();
      const stops: unknown[] = [];
      while (!String(stops.at(-1)).startsWith("retry-") && stops.length < 10) {
        await page.keyboard.press("Tab");
        stops.push(await focused());
      }
      expect(stops).toEqual([expect.stringMatching(/^retry-/)]);
      await appear(messageId);
      await page.keyboard.press("Enter");
      await page.getByText("No message has failed.").waitFor();
      await page.getByRole("button", { name: "Sign out" }).focus();
      await page.keyboard.press("Enter");
      await page.getByLabel("The daemon's token").waitFor();
      await context.close();
    });

    test.each(["light", "dark"] as const)(
      "fits a phone of 360 pixels, and a checker of accessibility has nothing against it (%s)",
      async (colorScheme) => {
        const failed = await fail();
        const phone = await signedIn({ viewport: { width: 360, height: 740 }, colorScheme });
        await phone.goto(`/?q=${encodeURIComponent(anna)}`);
        await phone
          .getByRole("button", { name: `Retry ${failed}` })
          .first()
          .waitFor();
        expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
        expect(await objections(phone)).toEqual([]);
        await shoot(phone, `status-phone-${colorScheme}`);
        await phone.setViewportSize({ width: 1000, height: 1050 });
        await phone.goto("/");
        await shoot(phone, `status-${colorScheme}`);
        expect(await objections(phone)).toEqual([]);
        await phone.context().clearCookies();
        await phone.goto("/");
        expect(await objections(phone)).toEqual([]);
        await phone.context().close();
      },
    );

    test("works without JavaScript", async () => {
      const plain = await signedIn({ javaScriptEnabled: false });
      await plain.getByRole("link", { name: "Refresh" }).click();
      await plain.getByLabel("Message-ID or sender, or a part of it").fill("anna");
      await plain.getByRole("button", { name: "Search" }).click();
      await plain.locator("#found").getByText(anna).first().waitFor();
      await plain
        .getByRole("button", { name: /^Retry/ })
        .first()
        .click();
      await plain.getByText("The message is taken up again.").waitFor();
      await plain.getByRole("button", { name: "Sign out" }).click();
      await plain.getByLabel("The daemon's token").waitFor();
      await plain.context().close();
    });

    test("says that Exchange is down, and that it is back", async () => {
      const { faults } = scene.world.organization;
      const fault = faults.add({ protocol: "ews", failure: "unavailable", times: 10_000 });
      await page.getByText("Sent items are not being updated.").waitFor();
      expect(await page.locator(".problems").textContent()).toMatch(/503|unavailable|does not answer/i);
      expect(await page.locator("#path li", { hasText: "Daemon" }).textContent()).toContain("failed");
      faults.remove(fault);
      await page.getByText("Sent items are being updated.", { exact: true }).waitFor();
    });

    test("says that the database is down, on a page that still comes", async () => {
      const folder = await mkdtemp(path.join(os.tmpdir(), "database-"));
      const server = await startPostgres();
      const daemon = await startDaemon(folder, { SIU_DATABASE: await server.database() });
      const page = await signedIn({ baseURL: `http://127.0.0.1:${daemon.http}` });
      await page.getByText("Nothing is set up yet").waitFor();
      await server.close();
      await page.getByText("Sent items are not being updated.").waitFor();
      await page.locator(".problems").getByText("Nothing can be stored").waitFor();
      const ready = await daemon.call("/readyz");
      expect(ready.status).toBe(503);
      // Whoever reaches the port may ask: where the database is, and as whom the daemon signs in, is not told.
      expect(await ready.text()).toMatch(/\((ECONNREFUSED|57P0\d|see the log)\)/);
      expect(await (await daemon.call("/metrics")).text()).toContain("siu_database_up 0\n");
      await page.context().close();
      daemon.child.kill("SIGKILL");
      await daemon.ended;
      await rm(folder, { recursive: true });
    });

    test("says that the daemon itself does not answer any more", async () => {
      await scene.kill();
      const lost = page.getByRole("alert").getByText("The daemon does not answer.");
      await lost.waitFor();
      await scene.start();
    });
  },
);

/** Pictures for the documentation, where somebody asks for them (SIU_PICTURES: a folder). */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env["SIU_PICTURES"];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
