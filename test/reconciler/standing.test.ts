import { expect, test } from "vitest";
import { Fault } from "../../reconciler/fault.ts";
import { type Standing, secondCopyGrace, summary } from "../../reconciler/standing.ts";

const job = {
  key: "",
  messageId: "<m@x>",
  senders: [],
  arrived: 0,
  notBefore: 0,
  deadline: 3_600_000,
  attempt: 2,
};
const updated: Standing = { is: "updated", items: 1 };
const waiting: Standing = { is: "waiting", until: 1000, why: "not-found" };
const givenUp: Standing = { is: "given-up", why: "not-found" };
const noMailbox: Standing = { is: "skipped", why: "no-mailbox" };
const deleted: Standing = { is: "skipped", why: "deleted" };
const fault: Standing = { is: "fault", fault: new Fault("THROTTLED", "busy", { retryAfter: 9000 }) };
const all = (...standings: Standing[]) =>
  standings.map((standing, index) => ({ mailbox: `m${index}`, standing }));

test.each([
  ["a copy in one mailbox, none yet in the other", [updated, waiting], 1000],
  ["no copy anywhere yet", [waiting, waiting], 1000],
  ["no copy yet, and an address without a mailbox", [waiting, noMailbox], 1000],
  ["a failure beside an update", [updated, fault], 9000],
])("%s: it goes on", (_, standings, later) => {
  expect(summary(job, all(...standings), 0)).toMatchObject({ later });
});

test.each([
  ["an update", [updated, givenUp], { outcome: "updated", mailboxes: ["m0"], items: 1 }],
  ["two of them", [updated, updated], { outcome: "updated", items: 2 }],
  ["a deleted copy", [noMailbox, deleted, givenUp], { outcome: "skipped", reason: "deleted" }],
  [
    "no copy, and an address without a mailbox",
    [noMailbox, givenUp],
    { outcome: "failed", reason: "not-found" },
  ],
  ["nobody's address", [noMailbox], { outcome: "skipped", reason: "no-mailbox" }],
])("%s: it ends", (_, standings, finish) => {
  expect(summary(job, all(...standings), 0)).toMatchObject({ finish });
});

test("without a mailbox somewhere, a copy is waited for longer than a second one would be", () => {
  expect(summary(job, all(waiting, noMailbox), secondCopyGrace)).toHaveProperty("later");
  expect(summary(job, all(waiting, updated), secondCopyGrace)).toHaveProperty("finish");
});

test("where a second copy may appear beside the first, it is waited for until the grace is over", () => {
  expect(summary(job, all(updated), 0, true)).toMatchObject({ later: 1000, result: { outcome: "updated" } });
  expect(summary(job, all(updated), secondCopyGrace - 1, true)).toMatchObject({ later: secondCopyGrace });
  expect(summary(job, all(updated), secondCopyGrace, true)).toMatchObject({ finish: { outcome: "updated" } });
  expect(summary(job, all({ is: "updated", items: 2 }), 0, true)).toHaveProperty("finish");
});
