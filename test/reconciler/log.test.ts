import { expect, test } from "vitest";
import { createLog, masked } from "../../reconciler/log.ts";

function logging(addresses: boolean, level?: string) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level, addresses }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}

const about = { messageId: "<m1@contoso.com>", senders: ["anna@contoso.com"] };

test("addresses and Message-IDs are in the log only where somebody asked for them", () => {
  const quiet = logging(false);
  quiet.log.info({ job: "1", about }, "message");
  quiet.log.error({ err: new Error("mailbox 'anna.weber@contoso.com': <m1@contoso.com> is gone") }, "worker");
  expect(JSON.stringify(quiet.lines)).not.toMatch(/anna|m1@/);
  expect(quiet.lines[1]).toMatchObject({
    err: { message: "mailbox '***@contoso.com': <***@contoso.com> is gone" },
  });

  const asked = logging(true);
  asked.log.info({ job: "1", about }, "message");
  asked.log.error({ err: new Error("mailbox 'anna.weber@contoso.com'") }, "worker");
  expect(asked.lines).toMatchObject([{ about }, { err: { message: "mailbox 'anna.weber@contoso.com'" } }]);
});

test("a line has its level by name and its time as RFC 3339", () => {
  const { log, lines } = logging(false);
  log.debug("not asked for");
  log.warn({ problem: 1 }, "heard");
  expect(lines).toMatchObject([
    { level: "warn", problem: 1, msg: "heard", time: expect.stringMatching(/^\d{4}-.*Z$/) },
  ]);
});

test("a level that does not exist is refused", () => {
  expect(() => logging(false, "loud")).toThrow(/loud/);
});

test("what is no address stays", () => {
  expect(masked("at 10:30, https://mail.contoso.com/EWS answered 503 (a@b.example)")).toBe(
    "at 10:30, https://mail.contoso.com/EWS answered 503 (***@b.example)",
  );
});
