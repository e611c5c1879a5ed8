import { copyOf } from "../item/composed.ts";
import { replaceItem } from "../mailbox.ts";
import type { Item } from "../store.ts";
import type { Call } from "./call.ts";
import { keepValue } from "./extended/kept.ts";
import { dateTime } from "./time.ts";

/** PR_LAST_VERB_EXECUTED and PR_ICON_INDEX of what was answered ([MS-OXOMSG] 2.2.1). */
const marks = {
  reply: { verb: 102, icon: 0x105 },
  replyAll: { verb: 103, icon: 0x105 },
  forward: { verb: 104, icon: 0x106 },
} as const;

/** Notes on the message that a sent one answers that it was replied to or forwarded, and when; where it is still there. */
export function markAnswered({ organization, side, acting }: Call, sent: Item): void {
  const { answers } = sent;
  delete sent.answers;
  const mailbox = side.mailboxes.get(acting.guid);
  const original = answers && mailbox?.items.get(answers.id);
  if (!mailbox || !original) return;
  const { verb, icon } = marks[answers.by];
  const changed = copyOf(original);
  keepValue(changed, { tag: "0x1080", type: "Integer" }, String(icon));
  keepValue(changed, { tag: "0x1081", type: "Integer" }, String(verb));
  keepValue(changed, { tag: "0x1082", type: "SystemTime" }, dateTime(organization.now()));
  replaceItem(organization, mailbox, changed);
}
