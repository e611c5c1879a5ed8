import { afterEach, expect, test } from "vitest";
import { recipientByAddress, sideOf, type Mailbox } from "../store.ts";
import {
  anna,
  ben,
  headerIn,
  outsider,
  plain,
  startMailWorld,
  uma,
  victor,
  type MailWorld,
} from "./mail-world.ts";

const noon = Date.parse("2026-11-22T12:00:00Z");
let at = noon;
let world: MailWorld;
const start = async (): Promise<MailWorld> => {
  at = noon;
  return (world = await startMailWorld({ now: () => at }));
};
afterEach(() => world.close());

const online = (): string => world.flow.online ?? "";
const dated = ["Message-ID: <one@partner.example>", "Date: Sun, 22 Nov 2026 11:59:00 +0000"];
const bring = (subject: string, more: string[], from = outsider): Promise<string> =>
  world.bring(online(), { from, to: [uma] }, plain(from, uma, subject, more));
const subjects = (owner = uma): string[] => world.folder(owner, "inbox").map(({ subject }) => subject);
function mailboxOf(address: string): Mailbox {
  const side = sideOf(world.organization, "online");
  const mailbox = side.mailboxes.get(recipientByAddress(side, address)?.guid ?? "");
  if (!mailbox) throw new Error(address);
  return mailbox;
}

test("the store drops a second message with the same Message-ID and submit time, whatever it says", async () => {
  const { flow, events } = await start();
  await bring("First", dated);
  await flow.idle();
  await bring("Second", dated);
  await flow.idle();
  expect(subjects()).toEqual(["First"]);
  expect(events("online").at(-1)).toMatch(/^Duplicate uma\.patel@contoso\.com: 250/);
  expect(world.folder(uma, "sentitems")).toEqual([]);
});

test("the same submit time in another time zone is the same; another time or Message-ID is not", async () => {
  const { flow } = await start();
  const [id = "", date = ""] = dated;
  await bring("First", dated);
  await flow.idle();
  await bring("Zone", [id, "Date: Sun, 22 Nov 2026 12:59:00 +0100"]);
  await bring("Later", [id, "Date: Sun, 22 Nov 2026 11:59:01 +0000"]);
  await bring("Other", ["Message-ID: <two@partner.example>", date]);
  await flow.idle();
  expect(subjects().toSorted()).toEqual(["First", "Later", "Other"]);
});

test("each mailbox remembers for itself, on both sides, and for seven days", async () => {
  const { flow, folder } = await start();
  const brought = (to: string): Promise<string> =>
    world.bring(online(), { from: outsider, to: [to] }, plain(outsider, to, "Hi", dated));
  for (const to of [uma, anna, anna, uma]) {
    await brought(to);
    await flow.idle();
  }
  expect([uma, anna].map((each) => folder(each, "inbox").length)).toEqual([1, 1]);
  at += 7 * 24 * 3_600_000;
  await brought(uma);
  await flow.idle();
  expect(folder(uma, "inbox")).toHaveLength(2);
  expect(mailboxOf(uma).delivered?.size).toBe(1);
});

test("an Exchange Online mailbox takes 3,600 messages within an hour, and says so to who brings one more", async () => {
  const { flow, submit, folder } = await start();
  mailboxOf(uma).arrivals = Array.from({ length: 3599 }, (_, index) => ({
    at: at - 1000,
    from: `x${index % 100}@partner.example`,
  }));
  await bring("Last", []);
  await flow.idle();
  expect(subjects()).toEqual(["Last"]);
  await expect(bring("Too many", [])).rejects.toThrow("554 5.2.122 The recipient has exceeded their limit");
  await submit(anna, [uma], plain(anna, uma, "Hello"));
  await flow.idle();
  const [report] = folder(anna, "inbox");
  expect(report?.subject).toBe("Undeliverable: Hello");
  expect(Buffer.from(report?.mime ?? []).toString()).toContain("5.2.122");
  at += 3_600_000;
  await bring("Next hour", []);
  await flow.idle();
  expect(subjects()).toEqual(["Last", "Next hour"]);
  expect(mailboxOf(uma).arrivals).toHaveLength(1);
});

test("colleagues count for the same limit, and get a report", async () => {
  const { flow, submit, folder } = await start();
  mailboxOf(uma).arrivals = Array.from({ length: 3600 }, () => ({ at: at - 1000, from: "" }));
  await submit(victor, [uma], plain(victor, uma, "Hello"));
  await flow.idle();
  expect(folder(victor, "inbox").map(({ subject }) => subject)).toEqual(["Undeliverable: Hello"]);
});

test("one sender gets a third of it, unless he has a mailbox in Exchange Online himself", async () => {
  const { flow, submit } = await start();
  mailboxOf(uma).arrivals = [outsider, victor].flatMap((from) =>
    Array.from({ length: 1200 }, () => ({ at: at - 1000, from })),
  );
  await expect(bring("Too many", [])).rejects.toThrow("554 5.2.121");
  await bring("Others", [], "else@partner.example");
  await submit(victor, [uma], plain(victor, uma, "Colleague"));
  await flow.idle();
  expect(subjects().toSorted()).toEqual(["Colleague", "Others"]);
});

test("an on-premises mailbox has no such limit", async () => {
  const { flow, submit, folder } = await start();
  await submit(anna, [ben], plain(anna, ben, "Hi"));
  await flow.idle();
  const side = sideOf(world.organization, "onPremises");
  const mailbox = side.mailboxes.get(recipientByAddress(side, ben)?.guid ?? "");
  expect(mailbox?.arrivals).toBeUndefined();
  expect(headerIn(folder(ben, "inbox")[0]?.mime, "Subject")).toBe("Hi");
});

test("an Exchange Online mailbox hands in 30 messages a minute by SMTP", async () => {
  const { flow, submit, folder } = await start();
  for (let index = 0; index < 30; index++) await submit(victor, [uma], plain(victor, uma, `No ${index}`));
  await expect(submit(victor, [uma], plain(victor, uma, "Too fast"))).rejects.toThrow(
    "421 4.4.2 Message submission rate for this client has exceeded the configured limit",
  );
  for (let index = 0; index < 31; index++) await submit(anna, [ben], plain(anna, ben, `No ${index}`));
  at += 60_000;
  await submit(victor, [uma], plain(victor, uma, "A minute later"));
  await flow.idle();
  expect(folder(uma, "inbox")).toHaveLength(31);
  expect(folder(ben, "inbox")).toHaveLength(31);
});
