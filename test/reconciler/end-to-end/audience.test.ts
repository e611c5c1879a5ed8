import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { intakeRule } from "../../../providers/presets.ts";
import { provision } from "../../emulator/smtp/mail-world.ts";
import { customer, listeners, type Scene, startScene } from "./scene.ts";

// A whole process, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const anna = "anna.weber@contoso.com";
// In Exchange Online, so that what is sent to her passes the relay too.
const uma = "uma.patel@contoso.com";
const [host] = listeners;
const address = `stamped@${host}`;
let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ environment: "hybrid", relaySplits: true });
  provision(scene.world.organization, ["intakeRule"]);
  for (const [index, audience] of (["external", "internal"] as const).entries()) {
    const { Enabled: _, ...rule } = intakeRule(audience, address, "X-CodeTwoProcessed", audience);
    scene.make("online", "TransportRule", { ...rule, State: "Enabled", Priority: index + 1 });
  }
  await scene.start();
});
afterAll(() => scene.close());

test.each([
  ["external", /Hauptstraße/],
  ["internal", /Contoso Ltd\. \(internal\)/],
] as const)(
  "of a split message the %s version is kept with a connector, whatever the sender says it is",
  async (keep, shown) => {
    const answer = await scene.put({
      splitMessages: { enabled: true, saveAll: false, keep },
      intake: {
        via: "connector",
        name: "Intake",
        adopt: false,
        clientCertificateName: "mail.protection.outlook.com",
        address,
        smartHost: host,
        listen: scene.listen(host),
      },
    });
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    const other = keep === "external" ? "internal" : "external";
    const messageId = await scene.send(anna, [customer, uma], [`X-SIU-Audience: ${other}`]);
    const ended = await versions(messageId, 2);
    expect(ended.map(({ outcome }) => outcome)).toContain("updated");
    const copies = scene.copies(anna, messageId);
    expect(copies).toHaveLength(1);
    expect(copies[0]?.html).toMatch(shown);
  },
);

/** The audit's rows of a message, once so many versions have ended. */
async function versions(messageId: string, many: number): Promise<{ outcome: string }[]> {
  interface Row {
    key: string;
    messageId: string;
    outcome: string;
    done?: number;
    change: number;
  }
  const rows = new Map<string, Row>();
  for (let since = 0; [...rows.values()].filter(({ done }) => done !== undefined).length < many;) {
    const answer = await scene.daemon().call(`/messages?since=${since}&wait=20000`);
    const { messages, next } = (await answer.json()) as { messages: Row[]; next: number };
    for (const row of messages) if (row.messageId === messageId) rows.set(row.key, row);
    since = next;
  }
  return [...rows.values()];
}
