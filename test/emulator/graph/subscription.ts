import { randomUUID } from "node:crypto";
import { rows, type Application, type Side } from "../store.ts";
import type { GraphChangeType, GraphSubscription } from "./notifications/kept.ts";
import { badRequest } from "./error.ts";
import { readCertificate } from "./notifications/encrypt.ts";
import { queryUrl, type SubscribedResource } from "./subscription-resource.ts";
import { readSelect } from "./query/options.ts";
import { messageProperties } from "./message.ts";

const minute = 60_000;
/** Minutes that a subscription lives at least and at most: https://learn.microsoft.com/graph/change-notifications-overview#subscription-lifetime */
const lifetimes = { least: 45, most: 10_080, mostWithData: 1440 };
const changeTypes: readonly GraphChangeType[] = ["created", "updated", "deleted"];
const tlsVersions = ["v1_0", "v1_1", "v1_2", "v1_3"];
const longestState = 128;
/** Minutes before its end from which a client is asked to reauthorize, and between one time and the next. */
const challenges = { from: 720, every: 15 };

function invalid(message: string): Error {
  return badRequest(message, "InvalidRequest");
}

function required(given: Record<string, unknown>, name: string): string {
  const value = given[name];
  if (typeof value === "string" && value !== "") return value;
  throw invalid(`${name} is a required property for subscription creation`);
}

function optional(given: Record<string, unknown>, name: string): string | undefined {
  const value = given[name] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`The value of '${name}' has to be a string.`);
}

/** What a client asked for, before anybody was asked whether it may. @throws GraphError InvalidRequest | ExtensionError */
export function readSubscription(
  given: Record<string, unknown>,
  resource: SubscribedResource,
  applicationId: string,
  now: number,
): Omit<GraphSubscription, "owner" | "folderId"> {
  const types = required(given, "changeType")
    .split(",")
    .map((each) => each.trim().toLowerCase());
  const known = changeTypes.filter((each) => types.includes(each));
  if (known.length !== new Set(types).size)
    throw invalid(
      `The change type '${String(given["changeType"])}' is not valid: created, updated and deleted are.`,
    );
  const clientState = optional(given, "clientState");
  if (clientState !== undefined && clientState.length > longestState)
    throw invalid(`clientState is longer than ${longestState} characters.`);
  const latestSupportedTlsVersion = optional(given, "latestSupportedTlsVersion") ?? "v1_2";
  if (!tlsVersions.includes(latestSupportedTlsVersion))
    throw invalid(`The TLS version '${latestSupportedTlsVersion}' is not valid.`);
  const lifecycleNotificationUrl = optional(given, "lifecycleNotificationUrl");
  const encryption = readEncryption(given, resource);
  const expires = readExpiration(required(given, "expirationDateTime"), now, encryption !== undefined);
  return {
    id: randomUUID(),
    applicationId,
    resource: required(given, "resource"),
    query: resource.query,
    changeTypes: known,
    notificationUrl: required(given, "notificationUrl"),
    ...(lifecycleNotificationUrl === undefined ? {} : { lifecycleNotificationUrl }),
    ...(clientState === undefined ? {} : { clientState }),
    expires,
    challengeAt: firstChallenge(expires, now),
    ...(encryption ? { encryption } : {}),
    latestSupportedTlsVersion,
  };
}

/** An end in milliseconds; one that is too near is moved to the nearest possible. @throws GraphError when it is too far or no time */
export function readExpiration(text: string, now: number, withData: boolean): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw invalid(`expirationDateTime '${text}' is not a valid time.`);
  if (time <= now) throw invalid("Subscription expiration has to be in the future.");
  const most = withData ? lifetimes.mostWithData : lifetimes.most;
  if (time > now + most * minute)
    throw badRequest(`Subscription expiration can only be ${most} minutes in the future.`, "ExtensionError");
  return Math.max(time, now + lifetimes.least * minute);
}

/** In the last quarter of its life, and in its last twelve hours. */
export function firstChallenge(expires: number, now: number): number {
  return expires - Math.min(challenges.from * minute, (expires - now) / 4);
}

/** The next time after one. */
export function nextChallenge(now: number): number {
  return now + challenges.every * minute;
}

function readEncryption(
  given: Record<string, unknown>,
  { query }: SubscribedResource,
): GraphSubscription["encryption"] {
  if (given["includeResourceData"] !== true) return undefined;
  const [certificate, id] = ["encryptionCertificate", "encryptionCertificateId"].map((name) =>
    optional(given, name),
  );
  if (certificate === undefined || id === undefined)
    throw invalid(
      "encryptionCertificate and encryptionCertificateId are required when includeResourceData is true.",
    );
  readCertificate(certificate);
  const select = readSelect({ url: queryUrl(query) }, "microsoft.graph.message", messageProperties);
  if (!select || select.some((name) => name === "body" || name === "uniqueBody"))
    throw invalid(
      "Subscriptions with resource data need $select in their resource, with properties other than body and uniqueBody.",
    );
  return { certificate, id };
}

/** A subscription as Graph answers it. */
export function subscriptionBody(side: Side, of: GraphSubscription): Record<string, unknown> {
  const principal = rows(side, "ServicePrincipal").find((row) => row["AppId"] === of.applicationId);
  return {
    id: of.id,
    resource: of.resource,
    applicationId: of.applicationId,
    changeType: of.changeTypes.join(","),
    clientState: of.clientState ?? null,
    notificationUrl: of.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: of.lifecycleNotificationUrl ?? null,
    expirationDateTime: new Date(of.expires).toISOString(),
    creatorId: principal?.["ObjectId"] ?? of.applicationId,
    includeResourceData: of.encryption ? true : null,
    latestSupportedTlsVersion: of.latestSupportedTlsVersion,
    encryptionCertificate: of.encryption?.certificate ?? null,
    encryptionCertificateId: of.encryption?.id ?? null,
    notificationUrlAppId: null,
  };
}

/** The service's own subscriptions of one application that have not ended. */
export function activeSubscriptions(
  subscriptions: ReadonlyMap<string, GraphSubscription> | undefined,
  { appId }: Application,
  now: number,
): GraphSubscription[] {
  return [...(subscriptions?.values() ?? [])].filter(
    (each) => each.applicationId === appId && each.expires > now,
  );
}
