import type { GraphSubscription } from "../notifications/kept.ts";
import { EwsError } from "../../ews/error.ts";
import { allowed } from "../access.ts";
import {
  folderOf,
  jsonBody,
  openedFor,
  userOf,
  wantsImmutable,
  type Call,
  type Opened,
  type Operation,
} from "../call.ts";
import { GraphError, storeError } from "../error.ts";
import { checkQuery } from "../notifications/content.ts";
import { readSubscription, subscriptionBody } from "../subscription.ts";
import { readResource, type SubscribedResource } from "../subscription-resource.ts";

/** Active ones of all applications in one mailbox. https://learn.microsoft.com/graph/outlook-change-notifications-overview */
const mostInMailbox = 1000;

/** POST subscriptions: first the endpoints have to prove themselves, then the mailbox is asked. */
export const createSubscription: Operation = async (call) => {
  const { organization, application, notifications, side } = call;
  const given = jsonBody(call);
  const resource = readResource(typeof given["resource"] === "string" ? given["resource"] : "");
  const wanted = readSubscription(given, resource, application.appId, organization.now());
  await notifications.validate(wanted.notificationUrl);
  if (wanted.lifecycleNotificationUrl !== undefined)
    await notifications.validate(wanted.lifecycleNotificationUrl);
  const { opened, ...place } = placeOf(call, resource);
  await checkQuery(opened, wanted.query);
  const subscription: GraphSubscription = {
    ...wanted,
    ...place,
    ...(wantsImmutable(call) ? { immutable: true } : {}),
  };
  notifications.follow(subscription);
  await organization.flush();
  const context = `${call.root}/$metadata#subscriptions/$entity`;
  return { status: 201, body: { "@odata.context": context, ...subscriptionBody(side, subscription) } };
};

/** Whose mailbox it is, and which folder. @throws GraphError ExtensionError, as the mailbox's own refusals come back */
function placeOf(
  call: Call,
  { user, folder }: SubscribedResource,
): Pick<GraphSubscription, "owner" | "folderId"> & { opened: Opened } {
  const { organization, side, application } = call;
  const owner = userOf(call, user);
  if (!owner) throw refused(404, "NotFound", `The requested user '${user}' is invalid.`);
  if (!allowed(organization, side, application, "subscribeMail", owner))
    throw refused(403, "Forbidden", "Access is denied. Check credentials and try again.");
  const mailbox = side.mailboxes.get(owner.guid);
  if (!mailbox) throw refused(404, "NotFound", "REST API is not yet supported for this mailbox.");
  const now = organization.now();
  const there = [...(organization.store.subscriptions?.values() ?? [])].filter(
    (each) => each.owner === owner.guid && each.expires > now,
  );
  if (there.length >= mostInMailbox)
    throw refused(
      403,
      "Forbidden",
      `The mailbox has ${mostInMailbox} active subscriptions, which is the limit.`,
    );
  const opened = openedFor(organization, side, owner, mailbox);
  if (folder === undefined) return { owner: owner.guid, opened };
  try {
    return { owner: owner.guid, opened, folderId: folderOf(opened, folder).id };
  } catch (error) {
    if (!(error instanceof EwsError)) throw error;
    const { status, message } = storeError(error);
    throw refused(status, status === 404 ? "NotFound" : "BadRequest", message);
  }
}

function refused(status: number, name: string, reason: string): GraphError {
  return new GraphError(
    status,
    "ExtensionError",
    `Operation: Create; Exception: [Status Code: ${name}; Reason: ${reason}]`,
  );
}
