import type { GraphSubscription } from "../notifications/kept.ts";
import { allowed } from "../access.ts";
import { jsonBody, type Call, type Operation } from "../call.ts";
import { badRequest, GraphError } from "../error.ts";
import { activeSubscriptions, firstChallenge, readExpiration, subscriptionBody } from "../subscription.ts";

/** The subscription in the path; those of other applications are not seen. @throws GraphError ResourceNotFound */
function subscriptionOf({ organization, application, params }: Call): GraphSubscription {
  const found = activeSubscriptions(organization.store.subscriptions, application, organization.now()).find(
    ({ id }) => id === params["subscription"]?.toLowerCase(),
  );
  if (!found) throw new GraphError(404, "ResourceNotFound", "The object was not found.");
  return found;
}

function answer({ root, side }: Call, subscription: GraphSubscription): object {
  return {
    "@odata.context": `${root}/$metadata#subscriptions/$entity`,
    ...subscriptionBody(side, subscription),
  };
}

/** GET subscriptions: the application's own. */
export const listSubscriptions: Operation = ({ organization, application, root, side }) => {
  const own = activeSubscriptions(organization.store.subscriptions, application, organization.now());
  const value = own.map((each) => subscriptionBody(side, each));
  return { status: 200, body: { "@odata.context": `${root}/$metadata#subscriptions`, value } };
};

/** GET subscriptions/{id}. */
export const getSubscription: Operation = (call) => ({
  status: 200,
  body: answer(call, subscriptionOf(call)),
});

/** Who asks has to be allowed to read, still. @throws GraphError ExtensionError */
function reauthorized(call: Call, operation: string): GraphSubscription {
  const { organization, side, application } = call;
  const subscription = subscriptionOf(call);
  if (!allowed(organization, side, application, "subscribeMail", side.recipients.get(subscription.owner)))
    throw new GraphError(
      403,
      "ExtensionError",
      `Operation: ${operation}; Exception: [Status Code: Forbidden; Reason: Access is denied. Check credentials and try again.]`,
    );
  return subscription;
}

/** PATCH subscriptions/{id}: a later end, or another endpoint. Either reauthorizes as well. */
export const updateSubscription: Operation = async (call) => {
  const { organization, notifications } = call;
  const subscription = reauthorized(call, "Update");
  const { expirationDateTime, notificationUrl } = jsonBody(call);
  const now = organization.now();
  if (typeof expirationDateTime !== "string" && typeof notificationUrl !== "string")
    throw badRequest("expirationDateTime is a required property for subscription update", "InvalidRequest");
  const expires =
    typeof expirationDateTime === "string"
      ? readExpiration(expirationDateTime, now, subscription.encryption !== undefined)
      : subscription.expires;
  if (typeof notificationUrl === "string" && notificationUrl !== subscription.notificationUrl) {
    await notifications.validate(notificationUrl);
    subscription.notificationUrl = notificationUrl;
  }
  subscription.expires = expires;
  subscription.challengeAt = firstChallenge(expires, now);
  notifications.follow(subscription);
  await organization.flush();
  return { status: 200, body: answer(call, subscription) };
};

/** POST subscriptions/{id}/reauthorize: goes on with the same end. */
export const reauthorizeSubscription: Operation = async (call) => {
  const { organization, notifications } = call;
  const subscription = reauthorized(call, "Reauthorize");
  subscription.challengeAt = firstChallenge(subscription.expires, organization.now());
  notifications.follow(subscription);
  await organization.flush();
  return { status: 204 };
};

/** DELETE subscriptions/{id}. */
export const deleteSubscription: Operation = async (call) => {
  call.notifications.forget(subscriptionOf(call));
  await call.organization.flush();
  return { status: 204 };
};
