import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mailOf, type Scene, startScene } from "./scene.ts";
import { grantImpersonation } from "../../emulator/admin/seed.ts";
import { recipientByAddress, sideOf } from "../../emulator/store.ts";
import type { AuditEntry } from "../../../reconciler/queue/port.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const anna = "anna.weber@contoso.com";
const ben = "ben.fischer@contoso.com";
let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ environment: "onPremises" });
  await scene.start();
});
afterAll(() => scene.close());

const intake = () => ({
  via: "relay" as const,
  allow: ["127.0.0.1"],
  listen: scene.listen("siu.contoso.com"),
});

/** A message of somebody's comes back stamped; answers what became of it. */
async function outcome(from: string): Promise<AuditEntry | undefined> {
  const messageId = await scene.send(from);
  const to = "carl@fabrikam.example";
  const raw = mailOf(from, messageId, [to], ["X-CodeTwoProcessed: true"]);
  const stamped = raw.replace("</body>", "<p>Contoso Ltd</p></body>");
  const mail = { from, to, raw: stamped };
  expect(await scene.bring(scene.ports["siu.contoso.com"] ?? 0, mail)).toMatch(/^250 /);
  const rows = await scene.daemon().until((rows) => rows.get(messageId)?.done !== undefined);
  return rows.get(messageId);
}

test("an invalid publication is refused, and the last good one goes on working", async () => {
  expect((await scene.put({ intake: intake() })).status).toBe(204);
  const before = await (await scene.daemon().call("/settings")).text();
  for (const bad of [
    { status: "perhaps" as "on" },
    { intake: [] },
    { intake: { ...intake(), via: "pigeon" as "relay" } },
    { mailboxes: {} },
  ]) {
    const answer = await scene.put({ intake: intake(), ...bad });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toMatch(/^(status|intake|mailboxes)\b/);
  }
  expect(await (await scene.daemon().call("/settings")).text()).toBe(before);
  expect(await outcome(anna)).toMatchObject({ outcome: "updated" });
});

test("status, scope of senders and options count for the next message", async () => {
  await scene.put({ intake: intake(), status: "off" });
  expect(await outcome(anna)).toMatchObject({ outcome: "skipped", reason: "status-off" });
  await scene.put({ intake: intake(), senders: { include: "only", users: [anna], groups: [] } });
  expect(await outcome(anna)).toMatchObject({ outcome: "updated" });
  expect(await outcome(ben)).toMatchObject({ outcome: "skipped", reason: "sender-out-of-scope" });
  await scene.put({ intake: intake(), keepOriginal: true });
  const kept = await outcome(ben);
  expect(kept).toMatchObject({ outcome: "updated" });
  expect(scene.copies(ben, kept?.messageId ?? "")).toHaveLength(2);
});

test("another account works from the next message on", async () => {
  const { organization, onPremises } = scene.world;
  const side = sideOf(organization, "onPremises");
  const [siu, admin] = ["siu", "admin"].map((name) => recipientByAddress(side, `${name}@contoso.com`));
  if (!siu || !admin) throw new Error("an account is missing");
  siu.password = "changed by somebody";
  grantImpersonation(organization, admin.name);
  await scene.put({
    intake: intake(),
    mailboxes: {
      onPremises: {
        ewsUrl: onPremises.ews ?? "",
        certificateAuthority: "${env:CA}",
        account: { upn: "admin@contoso.com", password: "${env:ADMIN_PASSWORD}" },
      },
    },
  });
  expect(await outcome(anna)).toMatchObject({ outcome: "updated" });
});
