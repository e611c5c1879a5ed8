import type { Clock } from "pg-boss";
import type { Hooks } from "../mailbox/inbox.ts";
import type { Notice, Webhook } from "./webhook.ts";

/** What is kept alive, and where it posts to. */
export interface SubscriptionOptions {
  hooks: Hooks;
  mailbox: string;
  webhook: Pick<Webhook, "url" | "secret" | "hear">;
  clock: Clock;
}

/**
 * Milliseconds that a subscription is made for; renewed at half of it, long before Graph asks for that. Graph gives a week at
 * most, but one that a killed daemon leaves should not live on for long.
 */
const lifetime = 24 * 3_600_000;

/**
 * Keeps one subscription to the news of a mailbox until the signal ends it, and removes it then. Resolves earlier when the
 * server has removed it; ask again then. News is a hint: what was not told has to be looked for. @throws Fault
 */
export async function keepSubscription(
  { hooks, mailbox, webhook, clock }: SubscriptionOptions,
  onNews: () => void,
  signal: AbortSignal,
): Promise<void> {
  // What a daemon has left that was killed.
  for (const left of await hooks.list(webhook.url)) await hooks.remove(left);
  const waiting: Notice[] = [];
  let wake = (): void => {};
  webhook.hear((notice) => {
    if (notice.event === "news") return onNews();
    waiting.push(notice);
    wake();
  });
  signal.addEventListener("abort", () => wake(), { once: true });
  let made = clock.now();
  const id = await hooks.create(mailbox, webhook, made + lifetime);
  onNews(); // Of what came before it is not told.
  try {
    while (!signal.aborted) {
      const notice = waiting.shift();
      const rest = made + lifetime / 2 - clock.now();
      if (notice === undefined && rest > 0) {
        await new Promise<void>((resolve) => {
          const timer = clock.setTimeout(resolve, rest);
          wake = () => {
            clock.clearTimeout(timer);
            resolve();
          };
        });
        continue;
      }
      if (notice !== undefined && notice.subscription !== id) continue;
      if (notice?.event === "subscriptionRemoved") return;
      if (rest <= 0 || notice?.event === "reauthorizationRequired") {
        made = clock.now();
        if (!(await hooks.renew(id, made + lifetime))) return;
      }
      // What happened while it rested, or was missed, is not told any more.
      onNews();
    }
  } finally {
    if (signal.aborted) await hooks.remove(id);
  }
}
