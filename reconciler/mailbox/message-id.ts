import type { SentSummary } from "./port.ts";

/** Listings cut strings off at this length. */
const cut = 255;

/** Tells whether a listed item carries a Message-ID. */
export function carries(messageId: string): (item: Pick<SentSummary, "messageId">) => boolean {
  return ({ messageId: listed }) =>
    listed === messageId || (listed.length >= cut && messageId.startsWith(listed));
}
