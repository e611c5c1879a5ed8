import { TestClock } from "pg-boss";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openIntake } from "../../../reconciler/intake/open.ts";
import type { Arrival, Intake } from "../../../reconciler/intake/port.ts";
import { createGraphMailboxes, type GraphConnection } from "../../../reconciler/mailbox/graph/adapter.ts";
import { type EmbeddedGraph, startEmbeddedGraph } from "../../contract/embedded-graph.ts";
import { startReceiver } from "../../emulator/graph/notifications/receiver.ts";
import type { GraphSubscription } from "../../emulator/graph/notifications/kept.ts";
import { storeMessage } from "../../emulator/mailbox.ts";
import { createManualClock } from "../../emulator/manual-clock.ts";
import { createOrganization } from "../../emulator/organization.ts";
import { recipientByAddress, sideOf } from "../../emulator/store.ts";
import { settings, stamped } from "../message.ts";

const address = "uma.patel@contoso.com";
const host = "siu.contoso.com";
const hour = 3_600_000;
const start = Date.UTC(2026, 10, 25);

const service = createManualClock(start);
let embedded: EmbeddedGraph;
let graph: GraphConnection;
let port: number;
let certificate: { key: string; cert: string };
let clock: TestClock;
let accepted: Arrival[];
let errors: unknown[];
let intake: Intake;
let number = 0;
let looks = 0;

beforeAll(async () => {
  const organization = await createOrganization(service);
  embedded = await startEmbeddedGraph("Alias -ne 'victor.hugo'", organization);
  graph = createGraphMailboxes(embedded.options);
  certificate = await organization.authority.issue([host]);
  // A port that is free now, and the name that leads there.
  const receiver = await startReceiver(organization);
  port = Number(new URL(receiver.origin).port);
  await receiver.close();
  organization.hosts.set(host, `127.0.0.1:${port}`);
});
afterAll(async () => {
  await graph.close();
  await embedded.close();
});
beforeEach(async () => {
  [accepted, errors] = [[], []];
  clock = new TestClock(service.now());
  await begin();
});
afterEach(async () => {
  embedded.organization.faults.clear();
  await intake.close();
  expect(errors).toEqual([]);
});

/** Lists the Inbox, and counts the looks. */
async function list(mailbox: string, most: number): Promise<string[]> {
  const ids = await graph.inbox.list(mailbox, most);
  looks++;
  return ids;
}

async function begin(): Promise<void> {
  const listen = { host: "127.0.0.1", port, key: certificate.key, certificate: certificate.cert };
  intake = await openIntake(
    {
      via: "mailbox",
      name: "Intake",
      address,
      read: "graph",
      retentionDays: 3,
      adopt: false,
      webhook: { publicUrl: `https://${host}/notifications`, listen },
    },
    settings(),
    {
      accept: async (arrival) => void accepted.push(arrival),
      refuse: async () => undefined,
      stumble: async () => 1,
    },
    { inbox: async () => ({ ...graph.inbox, list }), clock, onError: (error) => errors.push(error) },
  );
  const before = looks;
  await vi.waitFor(() => expect(subscriptions()).toHaveLength(1));
  // The first look, and the one after the subscription was made.
  await vi.waitFor(() => expect(looks).toBeGreaterThan(before + 1));
}

function subscriptions(): GraphSubscription[] {
  return [...(embedded.organization.store.subscriptions?.values() ?? [])];
}

/** Moves the daemon's clock and that of Exchange Online. */
async function pass(milliseconds: number): Promise<void> {
  service.pass(milliseconds);
  await clock.tick(milliseconds);
}

async function deliver(): Promise<void> {
  const { organization } = embedded;
  const side = sideOf(organization, "online");
  const box = side.mailboxes.get(recipientByAddress(side, address)?.guid ?? "");
  if (!box) throw new Error(`${address} has no mailbox`);
  const headers = ["X-MS-Exchange-Organization-MessageDirectionality: Originating"];
  const raw = stamped({ messageId: `<hook-${++number}@contoso.com>`, headers });
  await storeMessage(organization, box, "inbox", raw, { at: organization.now(), isRead: false });
}

const taken = (many: number): Promise<void> => vi.waitFor(() => expect(accepted).toHaveLength(many));

test("new mail is taken in as soon as it is told, without a look of the clock's", async () => {
  await deliver();
  await taken(1);
  await deliver();
  await taken(2);
});

test("what is told twice is taken in once", async () => {
  embedded.organization.faults.add({ protocol: "graph", failure: "duplicate" });
  await deliver();
  await taken(1);
  await embedded.notifications.idle();
  await pass(10_000);
  await deliver();
  await taken(2);
});

test("what is told before it can be read is taken in a second later", async () => {
  embedded.organization.faults.add({ protocol: "graph", failure: "early", delay: 900 });
  const before = looks;
  await deliver();
  await vi.waitFor(() => expect(looks).toBeGreaterThan(before));
  expect(accepted).toEqual([]);
  await pass(1_000);
  await taken(1);
});

test("what is never told is found by the next look", async () => {
  await pass(60_000);
  embedded.organization.faults.add({ protocol: "graph", failure: "missed" });
  await deliver();
  await embedded.notifications.idle();
  await vi.waitFor(async () => {
    await pass(10_000);
    expect(accepted).toHaveLength(1);
  });
});

test("it is renewed at half of its life, and new mail is told on the next day", async () => {
  const [before] = subscriptions();
  const id = before?.id;
  for (let half = 0; half < 3; half++) {
    const expires = subscriptions()[0]?.expires ?? 0;
    // The daemon's clock alone: the sign-in's library takes no other than the machine's, and would show a token that has expired.
    await clock.tick(12 * hour);
    await vi.waitFor(() => expect(subscriptions()[0]?.expires).toBeGreaterThan(expires));
  }
  expect(subscriptions()).toMatchObject([{ id }]);
  await deliver();
  await taken(1);
});

test("asked to authorize anew, it does, and what came meanwhile is taken in", async () => {
  const [one] = subscriptions();
  if (!one) throw new Error("there is no subscription");
  embedded.notifications.upset(one, "reauthorizationRequired");
  await deliver();
  await taken(1);
  await vi.waitFor(() => expect(subscriptions()[0]?.paused).toBeUndefined());
  expect(subscriptions()).toMatchObject([{ id: one.id }]);
});

test("removed by the server, it is made anew", async () => {
  const [one] = subscriptions();
  if (!one) throw new Error("there is no subscription");
  embedded.notifications.upset(one, "subscriptionRemoved");
  await vi.waitFor(async () => {
    await pass(1_000);
    expect(subscriptions()).toHaveLength(1);
  });
  expect(subscriptions()[0]?.id).not.toBe(one.id);
  await deliver();
  await taken(1);
});

test("told that notifications were missed, it looks at once", async () => {
  embedded.organization.faults.add({ protocol: "graph", failure: "missed" });
  await deliver();
  const [one] = subscriptions();
  if (one) embedded.notifications.upset(one, "missed");
  await taken(1);
});

test("what a killed daemon has left is replaced, and an end in order leaves none", async () => {
  const [one] = subscriptions();
  await intake.close();
  expect(subscriptions()).toEqual([]);
  if (one) embedded.notifications.follow(one);
  await begin();
  await vi.waitFor(() => expect(subscriptions().map(({ id }) => id)).not.toContain(one?.id));
  await vi.waitFor(() => expect(subscriptions()).toHaveLength(1));
  await deliver();
  await taken(1);
});
