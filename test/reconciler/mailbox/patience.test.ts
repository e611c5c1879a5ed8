import { beforeEach, expect, test } from "vitest";
import { Fault } from "../../../reconciler/fault.ts";
import { patient } from "../../../reconciler/mailbox/patience.ts";
import { memoryMailboxes, type MemoryMailboxes } from "../memory.ts";
import type { Mailboxes } from "../../../reconciler/mailbox/port.ts";

const anna = "anna.weber@contoso.com";
const bruno = "bruno.costa@contoso.com";
let time: number;
let asked: string[];
let answers: Fault | undefined;
let memory: MemoryMailboxes;
let mailboxes: Mailboxes;

beforeEach(() => {
  [time, asked, answers] = [0, [], undefined];
  memory = memoryMailboxes();
  for (const one of [anna, bruno]) memory.items.set(one, []);
  memory.before = () => {
    asked.push("call");
    if (answers) throw answers;
  };
  mailboxes = patient(memory, () => time);
});

test("a mailbox whose server asks for time is left alone until then, whatever is wanted of it; others are not", async () => {
  answers = new Fault("THROTTLED", "busy", { retryAfter: 1000 });
  await expect(mailboxes.find(anna, "<m@x>")).rejects.toMatchObject({ code: "THROTTLED", retryAfter: 1000 });
  answers = undefined;
  time = 400;
  await expect(mailboxes.find(anna, "<m@x>")).rejects.toMatchObject({ code: "THROTTLED", retryAfter: 600 });
  await expect(mailboxes.read(anna, "1")).rejects.toMatchObject({ code: "THROTTLED", message: "busy" });
  expect(asked).toHaveLength(1);
  expect(await mailboxes.find(bruno, "<m@x>")).toEqual([]);
  time = 1000;
  expect(await mailboxes.find(anna, "<m@x>")).toEqual([]);
});

test.for([new Fault("THROTTLED", "busy"), new Fault("UNAVAILABLE", "away", { retryAfter: 1000 })])(
  "what says no time, or is another trouble, keeps nobody away: %s",
  async (fault) => {
    answers = fault;
    await expect(mailboxes.find(anna, "<m@x>")).rejects.toBe(fault);
    answers = undefined;
    expect(await mailboxes.find(anna, "<m@x>")).toEqual([]);
  },
);
