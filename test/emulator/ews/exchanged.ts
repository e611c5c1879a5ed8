import { channel } from "node:diagnostics_channel";

/** One request with its answer, as they stood in HTTP's bodies. */
export interface Exchanged {
  /** How the client names itself (User-Agent), or an empty string. */
  agent: string;
  request: string;
  status: number;
  /** Empty where there is none. */
  answer: string;
}

/** Tells every answered EWS request to those in the same process who listen; without listeners it costs nothing. */
export const exchanged = channel("embedded-exchange:ews");
