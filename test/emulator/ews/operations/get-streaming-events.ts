import type { Readable } from "node:stream";
import { callerOf } from "../account.ts";
import { required, requiredList, type EwsCall } from "../call.ts";
import { EwsError, schemaError } from "../error.ts";
import { openStream, type StreamOptions } from "../notification/stream.ts";
import type { Element } from "../xml.ts";

/** Subscriptions that one connection may serve. */
const most = 200;
const minute = 60_000;

/**
 * GetStreamingEvents: holds the answer open, for `ConnectionTimeout` minutes at most, and tells the events of streaming subscriptions as they
 * happen. It takes no turn of a mailbox. @throws EwsError ErrorSchemaValidation | ErrorExceededSubscriptionCount | ErrorExceededConnectionCount
 */
export function getStreamingEvents(call: EwsCall, request: Element): Readable {
  const ids = requiredList(request, "m:SubscriptionIds").map(({ text }) => text.trim());
  const { text } = required(request, "m:ConnectionTimeout");
  const minutes = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  if (minutes < 1 || minutes > 30)
    throw schemaError(`The 'ConnectionTimeout' element is invalid: '${text}'.`);
  if (ids.length > most) throw new EwsError("ErrorExceededSubscriptionCount");
  const subscriptions: StreamOptions["subscriptions"] = [];
  const refused: StreamOptions["refused"] = [];
  const { organization, policy, subscriptions: registry } = call;
  for (const id of new Set(ids)) {
    try {
      const found = registry.find(id);
      if (found.kind !== "streaming") throw new EwsError("ErrorInvalidSubscription");
      if (found.owner !== callerOf(call.caller)) throw new EwsError("ErrorSubscriptionAccessDenied");
      subscriptions.push(found);
    } catch (why) {
      if (!(why instanceof EwsError)) throw why;
      refused.push({ id, why });
    }
  }
  const ended = call.hang();
  const { heartbeat } = policy;
  const lifetime = minutes * minute;
  return openStream({ organization, registry, subscriptions, refused, lifetime, heartbeat, ended });
}
