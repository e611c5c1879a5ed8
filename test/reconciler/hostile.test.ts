import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import { hostile } from "./hostile/corpus.ts";
import { memoryDirectory, memoryMailboxes, sentItem } from "./memory.ts";
import { settings, stamped } from "./message.ts";

const child = fileURLToPath(new URL("hostile/child.ts", import.meta.url));
const reasons = /^(unreadable|no-body|not-processed|text-only|foreign-body|too-complex|nothing-to-change)$/;

interface Line {
  name?: string;
  outcome?: string;
  reason?: string;
  megabytes?: number;
}

/** Runs the corpus in a process with 512 MB of heap. */
async function run(): Promise<{ code: number | null; errors: string; lines: Line[] }> {
  const process_ = spawn(process.execPath, ["--max-old-space-size=512", child]);
  let output = "";
  let errors = "";
  process_.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  process_.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  const code = await new Promise<number | null>((resolve) => process_.on("close", resolve));
  const lines = output.trim().split("\n").filter(Boolean);
  return { code, errors, lines: lines.map((line) => JSON.parse(line) as Line) };
}

test("hostile mail ends with a reason, whatever is bad about it, in little memory", async () => {
  const { code, errors, lines } = await run();
  const last = lines.at(-2)?.name;
  expect({ code, errors, last }).toEqual({ code: 0, errors: "", last: Object.keys(hostile).at(-1) });
  const told = new Map(lines.map(({ name, outcome, reason }) => [name, reason ?? outcome]));
  for (const name of Object.keys(hostile))
    if (name !== "bytes that are no UTF-8") expect(told.get(name), name).toMatch(reasons);
  // A character that stands for those bytes changes nothing about the rest.
  expect(told.get("bytes that are no UTF-8")).toBe("updated");
  expect(told.get("HTML nested a million deep")).toBe("too-complex");
  expect(told.get("HTML nested 350 deep")).toBe("nothing-to-change");
  expect(told.get("a header line of 100 MB")).toBe("unreadable");
  expect(lines.at(-1)?.megabytes).toBeLessThan(1200);
}, 120_000);

test("mail that is damaged anywhere ends as every mail does, and never harms the copy", async () => {
  const anna = "anna.weber@contoso.com";
  const whole = stamped({
    html: '<p>Hello Carl <img src="cid:a"></p><p>Contoso</p>',
    pictures: ["a"],
    headers: ["X-CodeTwo-MessageID: 1"],
  });
  const damage = fc.record({
    at: fc.nat({ max: whole.length }),
    cut: fc.nat({ max: 40 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom("\r\n\r\n", "\r\n--=_related\r\n", "=?x?B?", "<!--", "\0", '"', "charset=utf-7;", "--")
        .map((text) => new Uint8Array(Buffer.from(text))),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (damages) => {
      let raw: Buffer = whole;
      for (const { at, cut, put } of damages)
        raw = Buffer.concat([raw.subarray(0, at), put, raw.subarray(at + cut)]);
      const mailboxes = memoryMailboxes();
      const body = { type: "html", content: "<p>Hello Carl</p>" } as const;
      mailboxes.items.set(anna, [sentItem("<m1@contoso.com>", body)]);
      const job = {
        key: "k",
        messageId: "<m1@contoso.com>",
        senders: [anna],
        arrived: 0,
        notBefore: 0,
        deadline: 9e15,
        attempt: 0,
      };
      const turn = await reconcile(
        { job, raw, attempt: 0 },
        {
          settings: settings(),
          connected: async () => ({
            mailboxes,
            directory: cachedDirectory(memoryDirectory({ [anna]: anna }), () => 0),
            locks: rememberLocks(() => 0),
          }),
          originals: { rememberOriginal: async () => undefined, originalOf: async () => undefined },
          now: () => 1000,
        },
      );
      expect(turn).toHaveProperty("finish");
      const [item, ...more] = mailboxes.items.get(anna) ?? [];
      expect(more).toEqual([]);
      expect(item?.body.content).toContain("Hello Carl");
    }),
    { numRuns: 400 },
  );
}, 60_000);
