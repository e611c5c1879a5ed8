import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Answer } from "../http.ts";
import type { Notifications } from "../graph/notifications/service.ts";
import type { Organization, Settings } from "../organization.ts";
import { send } from "../send.ts";
import type { Application } from "../store.ts";
import {
  readCredential,
  readFaults,
  readLifecycle,
  readRedirect,
  readRevocation,
  readRights,
  readSettings,
  type SettingsOnTheWire,
} from "./request.ts";

/** Where a test steers the organization while it runs. */
export interface Control {
  /** `http://127.0.0.1:port/control` */
  url: string;
  /** To be sent as `Authorization: Bearer`. */
  token: string;
  close: () => Promise<void>;
}

/** Starts the control endpoint on a port of its own, over plain HTTP on loopback, with a new token. */
export async function startControl(
  organization: Organization,
  notifications?: Notifications,
  port = 0,
): Promise<Control> {
  const token = randomBytes(24).toString("base64url");
  const server = createServer((request, response) => {
    answer(organization, notifications, token, request).then(
      (reply) => send(response, reply),
      (error: unknown) =>
        send(response, {
          status: 400,
          body: { error: error instanceof Error ? error.message : String(error) },
        }),
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}/control`,
    token,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** @throws Error (answered with 400) when the body is not what is wanted */
async function answer(
  organization: Organization,
  notifications: Notifications | undefined,
  token: string,
  request: IncomingMessage,
): Promise<Answer> {
  if (!isAuthorized(token, request.headers.authorization))
    return { status: 401, headers: { "WWW-Authenticate": "Bearer" } };
  const { faults, redirects, requests, store } = organization;
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const [, id] = /^\/control\/faults\/(\d+)$/.exec(path) ?? [];
  switch (`${request.method} ${id === undefined ? path : "/control/faults/{id}"}`) {
    case "GET /control/faults":
      return { status: 200, body: { faults: faults.list() } };
    case "POST /control/faults":
      return {
        status: 201,
        body: { ids: readFaults(await buffer(request)).map((fault) => faults.add(fault)) },
      };
    case "DELETE /control/faults":
      faults.clear();
      return { status: 204 };
    case "DELETE /control/faults/{id}":
      return { status: faults.remove(Number(id)) ? 204 : 404 };
    case "GET /control/requests":
      return { status: 200, body: Object.fromEntries(requests) };
    case "GET /control/redirects":
      return { status: 200, body: Object.fromEntries(redirects) };
    case "POST /control/redirects": {
      const { for: address, to } = readRedirect(await buffer(request));
      redirects.set(address.toLowerCase(), to);
      return { status: 204 };
    }
    case "DELETE /control/redirects":
      redirects.clear();
      return { status: 204 };
    case "POST /control/credentials": {
      const { appId, certificate, federated } = readCredential(await buffer(request));
      const application = applicationOf(organization, appId);
      if (!application) return { status: 404 };
      if (certificate !== undefined) (application.certificates ??= []).push(certificate);
      if (federated) (application.federated ??= []).push(federated);
      await organization.flush();
      return { status: 204 };
    }
    case "POST /control/revocations": {
      const application = applicationOf(organization, readRevocation(await buffer(request)).appId);
      if (!application) return { status: 404 };
      application.revokedBefore = Math.ceil(organization.now() / 1000);
      await organization.flush();
      return { status: 204 };
    }
    case "POST /control/rights": {
      const { appId, ...held } = readRights(await buffer(request));
      const application = applicationOf(organization, appId);
      if (!application) return { status: 404 };
      Object.assign(application, held);
      await organization.flush();
      return { status: 204 };
    }
    case "GET /control/settings":
      return { status: 200, body: inTime(organization.settings) };
    case "POST /control/settings":
      Object.assign(organization.settings, readSettings(await buffer(request)));
      return { status: 200, body: inTime(organization.settings) };
    case "GET /control/subscriptions":
      return { status: 200, body: { subscriptions: [...(store.subscriptions?.values() ?? [])] } };
    case "POST /control/subscriptions": {
      const { id, event } = readLifecycle(await buffer(request));
      const subscription = store.subscriptions?.get(id);
      if (!subscription || !notifications) return { status: 404 };
      notifications.upset(subscription, event);
      return { status: 204 };
    }
    default:
      return { status: 404 };
  }
}

/** The one that is named, or the first. */
function applicationOf({ store }: Organization, appId: string | undefined): Application | undefined {
  return store.applications.find((each) => appId === undefined || each.appId === appId);
}

function inTime({ mailAdvancedFrom, ewsRetired, ...settings }: Settings): SettingsOnTheWire {
  return {
    mailAdvancedFrom: new Date(mailAdvancedFrom).toISOString(),
    ewsRetired: ewsRetired === null ? null : new Date(ewsRetired).toISOString(),
    ...settings,
  };
}

function isAuthorized(token: string, authorization: string | undefined): boolean {
  const [expected, given] = [Buffer.from(`Bearer ${token}`), Buffer.from(authorization ?? "")];
  return expected.length === given.length && timingSafeEqual(expected, given);
}
