import { required, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { notificationElement } from "../notification/notification-xml.ts";
import { mostEvents, take } from "../notification/subscription.ts";
import { readWatermark, writeWatermark } from "../notification/watermark.ts";

/** GetEvents: what a pull subscription has waiting, fifty events at most. The client names the watermark that it was given last. */
export const getEvents: Operation = (call, request) => {
  const watermark = required(request, "m:Watermark").text.trim();
  return responses("GetEvents", [required(request, "m:SubscriptionId")], (id) => {
    const { subscriptions: registry } = call;
    const { table } = registry;
    const subscription = registry.find(id.text.trim());
    if (subscription.kind !== "pull") throw new EwsError("ErrorInvalidPullSubscriptionId");
    if (subscription.owner !== call.acting.guid) throw new EwsError("ErrorSubscriptionAccessDenied");
    if (watermark !== writeWatermark(table.id, subscription.told)) {
      readWatermark(table.id, watermark);
      throw new EwsError("ErrorInvalidWatermark");
    }
    registry.use(subscription);
    table.settle();
    const batch = take(subscription, mostEvents, table.last());
    return [notificationElement("m:Notification", subscription, batch, table.id)];
  });
};
