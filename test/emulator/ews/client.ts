import { request } from "node:https";
import { createOrganization, type Organization, type OrganizationOptions } from "../organization.ts";
import { startWebServer } from "../server.ts";
import { recipientByAddress, sideOf, type Recipient, type Side } from "../store.ts";
import { ewsEndpoint } from "./server.ts";
import type { Submit } from "./call.ts";
import type { ThrottlingPolicy } from "./throttling-policy.ts";
import { child, readXml, type Element } from "./xml.ts";

/** Who asks, and how. */
export interface Asking {
  /** Address of the account that signs in; anna.weber@contoso.com unless told. */
  as?: string;
  password?: string;
  /** XML of ConnectingSID's child. */
  impersonate?: string;
  version?: string;
  /** XML of more SOAP headers, in the schema's namespaces. */
  headers?: string;
  /** The media type of the body; text/xml in UTF-8 unless told. */
  type?: string;
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body's one child. */
  body: Element;
}

/** An EWS server on loopback with the on-premises side of a fresh organization, and a raw client for it. */
export interface EwsTest {
  organization: Organization;
  side: Side;
  url: string;
  recipient: (address: string) => Recipient;
  /** Sends one operation's XML (prefixes `m:` and `t:`); request and answer have to fit Microsoft's schemas (see schema-watch.ts). */
  ask: (operation: string, asking?: Asking) => Promise<Answered>;
  /** Sends any document, which need not fit the schema as the answer does. */
  raw: (document: string | Uint8Array, asking?: Asking, agent?: string) => Promise<Answered>;
  /** Runs an on-premises cmdlet as the administrator; the rows that it prints. */
  cmdlet: (name: string, parameters: Record<string, unknown>) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}

export const anna = "anna.weber@contoso.com";

export interface EwsTestOptions extends Pick<OrganizationOptions, "now" | "after"> {
  policy?: Partial<ThrottlingPolicy>;
}

export async function startEws(submit?: Submit, options: EwsTestOptions = {}): Promise<EwsTest> {
  const { policy, ...clock } = options;
  const organization = await createOrganization(clock);
  const side = sideOf(organization, "onPremises");
  const server = await startWebServer(organization, "onPremises", {
    ews: ewsEndpoint(organization, side, submit, policy),
  });
  const ca = organization.authority.ca;
  const recipient = (address: string): Recipient => {
    const found = recipientByAddress(side, address);
    if (!found) throw new Error(`${address} is not in the directory`);
    return found;
  };
  const raw = async (
    document: string | Uint8Array,
    asking: Asking = {},
    agent = "raw test client",
  ): Promise<Answered> => {
    const as = asking.as ?? anna;
    const password = asking.password ?? recipient(as).password ?? "";
    const posted = await post(
      server.ews,
      ca,
      `${as}:${password}`,
      document,
      asking.type ?? "text/xml; charset=utf-8",
      agent,
    );
    const root = !posted.text.startsWith("<?xml") ? undefined : readXml(posted.text);
    const [body] = child(root, "s:Body")?.children ?? [];
    return { ...posted, body: body ?? { name: "", attributes: {}, children: [], text: "" } };
  };
  return {
    organization,
    side,
    url: server.ews,
    recipient,
    raw,
    ask: (operation, asking = {}) => raw(soap(operation, asking), asking, "test client"),
    cmdlet: async (CmdletName, Parameters) => {
      const admin = `admin@contoso.com:${recipient("admin@contoso.com").password ?? ""}`;
      const body = JSON.stringify({ CmdletInput: { CmdletName, Parameters } });
      const { status, text } = await post(
        `${server.admin}/InvokeCommand`,
        ca,
        admin,
        body,
        "application/json",
      );
      if (status !== 200) throw new Error(text);
      return (JSON.parse(text) as { value: Record<string, unknown>[] }).value;
    },
    close: server.close,
  };
}

/** A SOAP envelope around an operation. */
export function soap(
  operation: string,
  { impersonate, version = "Exchange2016", headers = "" }: Asking = {},
): string {
  const identity = impersonate
    ? `<t:ExchangeImpersonation><t:ConnectingSID>${impersonate}</t:ConnectingSID></t:ExchangeImpersonation>`
    : "";
  return `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">
<soap:Header><t:RequestServerVersion Version="${version}"/>${identity}${headers}</soap:Header><soap:Body>${operation}</soap:Body></soap:Envelope>`;
}

/** The response messages of an answer. */
export function messages({ body }: Answered): Element[] {
  return child(body, "m:ResponseMessages")?.children ?? [];
}

/** Response codes of an answer, or of its fault. */
export function codes(answered: Answered): string[] {
  if (answered.body.name === "s:Fault") return [at(answered.body, "detail", "e:ResponseCode")?.text ?? ""];
  return messages(answered).map((message) => child(message, "m:ResponseCode")?.text ?? "");
}

/** What is found along a path of element names, the first of each. */
export function at(from: Element | undefined, ...path: string[]): Element | undefined {
  return path.reduce<Element | undefined>((element, name) => child(element, name), from);
}

/** Every descendant of a name. */
export function all(from: Element, name: string): Element[] {
  return from.children.flatMap((each) => [...(each.name === name ? [each] : []), ...all(each, name)]);
}

/** Text as XML content or in an attribute; CR, LF and TAB as references. */
export function xmlText(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function post(
  url: string,
  ca: string,
  credentials: string,
  body: string | Uint8Array,
  type: string,
  agent = "test client",
): Promise<Omit<Answered, "body">> {
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Answered, "body">>();
  const headers = {
    "Content-Type": type,
    "User-Agent": agent,
    Authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
  };
  const sent = request(url, { method: "POST", ca, headers, agent: false }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
  });
  sent.on("error", reject);
  sent.end(body);
  return promise;
}
