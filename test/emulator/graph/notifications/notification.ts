import { changeKey } from "../../ews/ids.ts";
import type { Organization } from "../../organization.ts";
import type { GraphSubscription } from "./kept.ts";
import { graphId } from "../call.ts";
import type { Change } from "./change.ts";
import type { EncryptedContent } from "./encrypt.ts";

export const lifecycleEvents = ["reauthorizationRequired", "subscriptionRemoved", "missed"] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];

function about({ store }: Organization, subscription: GraphSubscription): Record<string, unknown> {
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: new Date(subscription.expires).toISOString(),
    tenantId: store.tenantId,
    clientState: subscription.clientState ?? null,
  };
}

/** changeNotification of a message: basic, or with its encrypted content. */
export function changeNotification(
  organization: Organization,
  subscription: GraphSubscription,
  { type, itemId, origin, change }: Change,
  content?: EncryptedContent,
): Record<string, unknown> {
  const { owner, immutable = false } = subscription;
  const id = graphId(owner, { id: itemId, origin }, immutable);
  const [resource, name] = content
    ? [`Users('${owner}')/messages('${id}')`, "#microsoft.graph.message"]
    : [`Users/${owner}/Messages/${id}`, "#Microsoft.Graph.Message"];
  return {
    ...about(organization, subscription),
    changeType: type,
    resource,
    resourceData: {
      "@odata.type": name,
      "@odata.id": resource,
      "@odata.etag": `W/"${changeKey("item", change)}"`,
      id,
    },
    ...(content ? { encryptedContent: content } : {}),
  };
}

/** changeNotification about the subscription itself. */
export function lifecycleNotification(
  organization: Organization,
  subscription: GraphSubscription,
  lifecycleEvent: LifecycleEvent,
): Record<string, unknown> {
  return { ...about(organization, subscription), lifecycleEvent };
}
