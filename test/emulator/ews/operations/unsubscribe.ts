import { callerOf } from "../account.ts";
import { required, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";

/** Unsubscribe: ends a pull or streaming subscription; a push one ends with its client's answer. */
export const unsubscribe: Operation = (call, request) =>
  responses("Unsubscribe", [required(request, "m:SubscriptionId")], (id) => {
    const subscription = call.subscriptions.find(id.text.trim());
    if (subscription.kind === "push") throw new EwsError("ErrorInvalidSubscription");
    const user = subscription.kind === "streaming" ? callerOf(call.caller) : call.acting.guid;
    if (subscription.owner !== user) throw new EwsError("ErrorSubscriptionAccessDenied");
    call.subscriptions.remove(subscription);
    return [];
  });
