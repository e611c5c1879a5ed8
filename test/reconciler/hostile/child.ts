import { cachedDirectory } from "../../../reconciler/directory.ts";
import { rememberLocks } from "../../../reconciler/locks.ts";
import { fromJournal } from "../../../reconciler/intake/journal.ts";
import { queueSink } from "../../../reconciler/intake/sink.ts";
import { type Job } from "../../../reconciler/job.ts";
import { reconcile } from "../../../reconciler/reconcile.ts";
import { memoryDirectory, memoryMailboxes, sentItem } from "../memory.ts";
import { settings } from "../message.ts";
import { hostile } from "./corpus.ts";

/** Takes in every message of the corpus and carries it out, as the daemon does, and prints a line of JSON about each; for hostile.test.ts. */
const anna = "anna.weber@contoso.com";
const journal = fromJournal({
  clientCertificateName: "x",
  address: "x",
  processedHeader: "X-CodeTwoProcessed",
});

for (const [name, make] of Object.entries(hostile)) {
  const raw = Buffer.from(make());
  let job: Job | undefined;
  const sink = queueSink({
    queue: {
      add: async (added) => {
        job = added;
        return true;
      },
      refuse: async () => undefined,
      stumbled: async () => 1,
    },
    settings: settings(),
    now: () => 0,
  });
  await sink.accept({ raw, envelopeSender: anna });
  await journal.message({ raw, envelopeSender: anna });
  await journal.message({
    raw: Buffer.concat([Buffer.from("X-MS-Journal-Report:\r\n"), raw]),
    envelopeSender: anna,
  });
  if (job === undefined) throw new Error("no job was made");
  const mailboxes = memoryMailboxes();
  const { messageId } = job;
  const original = { type: "html", content: "<p>Hello Carl</p>" } as const;
  mailboxes.items.set(anna, [sentItem(messageId, original)]);
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
  const { outcome, reason } = "finish" in turn ? turn.finish : turn.result;
  process.stdout.write(`${JSON.stringify({ name, outcome, reason })}\n`);
}
process.stdout.write(`${JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024 })}\n`);
