import type { SideName } from "../store.ts";

/** Limits of EWS for each account, and for each mailbox that service accounts impersonate; named as `Get-ThrottlingPolicy` does where it has them. */
export interface ThrottlingPolicy {
  /** Requests at once, streams aside. */
  ewsMaxConcurrency: number;
  /** Subscriptions that have not expired, for each mailbox. */
  ewsMaxSubscriptions: number;
  /** Streams at once (`HangingConnectionLimit` of the server's web.config). */
  hangingConnectionLimit: number;
  /** Milliseconds of the server's time that may be used up at once. */
  ewsMaxBurst: number;
  /** Milliseconds of the server's time that are given back in an hour. */
  ewsRechargeRate: number;
  /** Milliseconds overdrawn from which on an account is refused. */
  ewsCutoffBalance: number;
  /** Milliseconds between a stream's signs of life. */
  heartbeat: number;
  /** Events that wait for a streaming subscription. */
  streamingQueue: number;
  /** Events that are kept of each mailbox, and wait for a pull or push subscription. */
  eventTable: number;
}

/** Microsoft's defaults: Exchange 2016 on-premises, Exchange Online. How many events are kept is not published for pull and push. */
export function defaultPolicy(side: SideName): ThrottlingPolicy {
  return {
    ewsMaxConcurrency: 27,
    ewsMaxSubscriptions: side === "online" ? 20 : 5000,
    hangingConnectionLimit: 10,
    ewsMaxBurst: 300_000,
    ewsRechargeRate: 900_000,
    ewsCutoffBalance: 3_000_000,
    heartbeat: 45_000,
    streamingQueue: 500,
    eventTable: 10_000,
  };
}
