import { type Job, jobKey } from "../../../reconciler/job.ts";

let messages = 0;

/** A job that is due now, of a message of its own. */
export function job(messageId = `<${++messages}@contoso.com>`, variant = "1"): Job {
  const now = Date.now();
  return {
    key: jobKey("a@contoso.com", messageId, variant),
    messageId,
    senders: ["a@contoso.com"],
    arrived: now,
    notBefore: now,
    deadline: now + 86_400_000,
    attempt: 0,
  };
}
