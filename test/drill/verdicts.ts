import { readMime } from "../emulator/mime.ts";
import { headerIn } from "../emulator/smtp/mail-world.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import type { World } from "../emulator/world.ts";
import type { AuditEntry } from "../../reconciler/queue/port.ts";
import type { Letter } from "./letters.ts";
import { type Delivered, judge, type Verdict } from "./oracle.ts";
import { lineOf, portraitOf } from "./portrait.ts";
import type { Witness } from "./witness.ts";

/** One message, and what became of it. */
export interface Judged {
  letter: Letter;
  verdict: Verdict;
  /** What the audit says of it. */
  rows: AuditEntry[];
}

/** Judges every letter by what the embedded Exchange holds; the audit is only asked whether it says the same. */
export async function judgeAll(
  letters: Letter[],
  world: World,
  colleague: string,
  witness: Witness,
  rows: AuditEntry[],
): Promise<Judged[]> {
  const delivered = await deliveries(world, colleague);
  return letters.map((letter) => {
    const { messageId, skipped } = letter;
    const own = rows.filter((row) => row.messageId === messageId);
    const before = witness.before(messageId);
    const got = [...(delivered.get(messageId)?.values() ?? [])];
    const verdict: Verdict = before
      ? judge({ letter, before, after: witness.after(messageId), delivered: got })
      : { is: "lost", why: "there never was a copy" };
    const agrees = ({ outcome, reason }: AuditEntry): boolean =>
      skipped === undefined ? outcome === "updated" : outcome === "skipped" && reason === skipped;
    if (own.length > 0 && own.every(agrees)) return { letter, rows: own, verdict };
    const says = own.map(({ outcome, reason = "" }) => `${outcome} ${reason}`).join(", ");
    return { letter, rows: own, verdict: disputed(verdict, `the audit says: ${says || "nothing"}`) };
  });
}

/** What is right in the mailbox and another thing in the audit is lost to whoever reads the audit. */
function disputed(verdict: Verdict, says: string): Verdict {
  return "why" in verdict ? { ...verdict, why: `${verdict.why}; ${says}` } : { is: "lost", why: says };
}

/** What was delivered outside and to the colleague, by Message-ID; a version that came more than once is one. */
async function deliveries(
  { organization, mail }: World,
  colleague: string,
): Promise<Map<string, Map<string, Delivered>>> {
  const all = new Map<string, Map<string, Delivered>>();
  const add = (messageId: string, { html, text, attachments }: Delivered): void => {
    const versions = all.get(messageId) ?? new Map<string, Delivered>();
    const one = { ...(html !== undefined && { html }), ...(text !== undefined && { text }), attachments };
    all.set(messageId, versions.set(JSON.stringify(one), one));
  };
  for (const { mime } of mail.internet.received) {
    const { attachments, ...body } = await readMime(mime);
    const lines = attachments.map(lineOf).toSorted();
    add(headerIn(mime, "Message-ID") ?? "", { ...body, attachments: lines });
  }
  const online = sideOf(organization, "online");
  const mailbox = online.mailboxes.get(recipientByAddress(online, colleague)?.guid ?? "");
  for (const item of mailbox?.items.values() ?? []) add(item.internetMessageId, portraitOf(item));
  return all;
}
