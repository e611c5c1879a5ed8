import { Agent, fetch, type RequestInit, type Response } from "undici";
import { storeMessage } from "../mailbox.ts";
import { createOrganization, type Organization, type OrganizationOptions } from "../organization.ts";
import { startWebServer, type WebServer } from "../server.ts";
import {
  recipientByAddress,
  sideOf,
  type Application,
  type Item,
  type Mailbox,
  type Recipient,
  type Side,
} from "../store.ts";
import { graphPermissions } from "./access.ts";
import { startNotifications, type Notifications } from "./notifications/service.ts";
import type { EndpointOptions } from "./notifications/endpoint.ts";
import { checkGraph, graphSchemaMissing } from "./schema.ts";
import { graphEndpoint, type GraphOptions } from "./server.ts";

export const uma = "uma.patel@contoso.com";

/** An answer with its JSON read; `data` is undefined for other bodies. */
export interface Answered {
  status: number;
  headers: Headers | Response["headers"];
  data: Record<string, unknown>;
  text: string;
  /** `error.code` */
  code: string | undefined;
  value: Record<string, unknown>[];
}

/** A Graph server on loopback with the online side of a fresh organization, and a raw client for it. */
export interface GraphTest {
  organization: Organization;
  side: Side;
  application: Application;
  server: WebServer;
  notifications: Notifications;
  /** Sends a request below `/v1.0`, or to a link; request and answer have to fit the description. */
  ask: (call: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;
  /** As global fetch, trusting the organization's authority, every call checked. */
  fetch: typeof globalThis.fetch;
  token: (scope?: string, form?: Record<string, string>) => Promise<string>;
  recipient: (address: string) => Recipient;
  mailbox: (address?: string) => Mailbox;
  /** Stores a message in Uma's mailbox. */
  store: (folder: string, mime: string, at?: number) => Promise<Item>;
  close: () => Promise<void>;
}

export async function startGraph(
  options: Omit<GraphOptions, "notifications"> & OrganizationOptions & EndpointOptions = {},
): Promise<GraphTest> {
  const organization = await createOrganization(options);
  const side = sideOf(organization, "online");
  const notifications = startNotifications(organization, side, options);
  const server = await startWebServer(organization, "online", {
    graph: graphEndpoint(organization, side, { ...options, notifications }),
  });
  const [application] = organization.store.applications;
  if (!application) throw new Error("The organization has no application.");
  application.permissions = [...graphPermissions];
  const dispatcher = new Agent({ connect: { ca: organization.authority.ca } });
  const root = `${server.graph ?? ""}/v1.0`;
  const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url, { ...init, dispatcher });
    if (!graphSchemaMissing && url.startsWith(`${root}/`)) {
      checkGraph({
        method: init.method ?? "GET",
        target: url.slice(root.length),
        sent: json(init.body),
        status: response.status,
        received: json(await response.clone().text()),
      });
    }
    return response;
  };
  const recipient = (address: string): Recipient => {
    const found = recipientByAddress(side, address);
    if (!found) throw new Error(`${address} is not in the directory`);
    return found;
  };
  const mailbox = (address = uma): Mailbox => {
    const found = side.mailboxes.get(recipient(address).guid);
    if (!found) throw new Error(`${address} has no mailbox`);
    return found;
  };
  const token = async (
    scope = "https://graph.microsoft.com/.default",
    form: Record<string, string> = {},
  ): Promise<string> => {
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: application.appId,
      client_secret: application.secret,
      scope,
      ...form,
    });
    const answer = await fetch(server.token ?? "", { method: "POST", body, dispatcher });
    return String(((await answer.json()) as Record<string, unknown>)["access_token"]);
  };
  return {
    organization,
    side,
    application,
    server,
    notifications,
    ask: async (call, body, headers = {}) => {
      const [method = "", ...path] = call.split(" ");
      const target = path.join(" ");
      const raw = typeof body === "string" || Buffer.isBuffer(body);
      const response = await send(target.startsWith("https:") ? target : `${root}${target}`, {
        method,
        headers: {
          Authorization: `Bearer ${await token()}`,
          ...(body === undefined || raw ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
      });
      return answered(response, await response.text());
    },
    fetch: ((url: string, init: RequestInit) =>
      send(String(url), init)) as unknown as typeof globalThis.fetch,
    token,
    recipient,
    mailbox,
    store: (folder, mime, at = organization.now()) =>
      storeMessage(organization, mailbox(), folder, Buffer.from(mime.replaceAll("\n", "\r\n")), {
        at,
        isRead: true,
      }),
    close: async () => {
      await dispatcher.close();
      await notifications.close();
      await server.close();
    },
  };
}

function answered({ status, headers }: Response, text: string): Answered {
  const data = (json(text) ?? {}) as Record<string, unknown>;
  const error = data["error"] as { code: string } | undefined;
  const value = (data["value"] ?? []) as Record<string, unknown>[];
  return { status, headers, data, text, code: error?.code, value };
}

function json(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** A message as MIME, LF line ends. */
export function mimeOf(subject: string, id: string, html = `<p>${subject}</p>`): string {
  return `From: Uma Patel <${uma}>\nTo: Ben <x@example.org>\nSubject: ${subject}\nMessage-ID: <${id}>\nDate: Sun, 01 Nov 2026 10:00:00 +0000\nContent-Type: text/html; charset=utf-8\n\n${html}\n`;
}
