import { channel } from "node:diagnostics_channel";

/** One request with its answer, as they stood in HTTP's bodies; or one document of a stream, or of a push, for itself. */
export interface Exchanged {
  /** How the client names itself (User-Agent), or an empty string. */
  agent: string;
  /** Empty where there is none. */
  request: string;
  status: number;
  /** Empty where there is none. */
  answer: string;
}

/** Tells every answered EWS request, and what else is written, to those in the same process who listen; without listeners it costs nothing. */
export const exchanged = channel("embedded-exchange:ews");

/** Tells of a document that answers no request of its own: `to` says who gets it. */
export function tellWritten(to: string, document: string): void {
  if (exchanged.hasSubscribers)
    exchanged.publish({ agent: to, request: "", status: 200, answer: document } satisfies Exchanged);
}
