import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { provision } from "../../emulator/smtp/mail-world.ts";
import { listeners, type Scene, startScene } from "./scene.ts";

// Whole processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const uma = "uma.patel@contoso.com";
const victor = "victor.hugo@contoso.com";
const [, host] = listeners;
/** What there is no event for is asked for so long. */
const patience = { timeout: 60_000, interval: 100 };

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ environment: "hybrid" });
  provision(scene.world.organization, ["intakeRule", "intakeConnector"]);
  scene.make("online", "TransportRule", {
    Name: "Intake",
    State: "Enabled",
    Priority: 1,
    Mode: "Enforce",
    HeaderMatchesMessageHeader: "X-CodeTwoProcessed",
    HeaderMatchesPatterns: ["^true$"],
    BlindCopyTo: [victor],
    RuleErrorAction: "Ignore",
  });
  await scene.start();
});
afterAll(() => scene.close());

const ready = async (): Promise<[number, string]> => {
  const answer = await scene.daemon().call("/readyz");
  return [answer.status, (await answer.text()).trim()];
};
const subscriptions = () => [...(scene.world.organization.store.subscriptions?.values() ?? [])];

test("an address that Graph cannot reach is told, and mail is taken in all the same; then it is subscribed, and gone at the end", async () => {
  const { hosts } = scene.world.organization;
  const here = hosts.get(host) ?? "";
  hosts.set(host, "127.0.0.1:1");
  const { certificateAuthority: _, ...listen } = scene.listen(host);
  const webhook = { publicUrl: `https://${host}/notifications`, listen };
  const intake = { via: "mailbox" as const, name: "Intake", adopt: false, retentionDays: 7, webhook };
  expect((await scene.put({ intake: { ...intake, address: victor, read: "graph" } })).status).toBe(204);
  const untold =
    /^ready\nintake: new mail in 'victor\.hugo@contoso\.com' is not told, and found only by looking/;
  await vi.waitFor(async () => expect(await ready()).toEqual([200, expect.stringMatching(untold)]), patience);
  const status = (await (await scene.daemon().call("/status")).json()) as { warnings: string[] };
  expect(status.warnings).toHaveLength(1);
  const first = await scene.send(uma);
  await scene.daemon().until((rows) => rows.get(first)?.outcome === "updated");

  hosts.set(host, here);
  await vi.waitFor(async () => expect(await ready()).toEqual([200, "ready"]), patience);
  expect(subscriptions()).toMatchObject([{ notificationUrl: webhook.publicUrl }]);
  const second = await scene.send(uma);
  const rows = await scene.daemon().until((all) => all.get(second)?.done !== undefined);
  expect(rows.get(second)).toMatchObject({ outcome: "updated", items: 1 });

  scene.daemon().child.kill("SIGTERM");
  expect(await scene.daemon().ended).toBe(0);
  expect(subscriptions()).toEqual([]);
});
