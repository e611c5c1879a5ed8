import { XMLParser } from "fast-xml-parser";
import type { Client } from "./client.ts";

/** Where Exchange Web Services are, or what was tried to find out; `refused`: a server did not take the password. */
export type Located = { url: string } | { tried: string[]; refused: boolean };

const path = "/autodiscover/autodiscover.xml";
const schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook";
const most = 10;

/** Where the Autodiscover service of an address's domain may be, in the order of Microsoft's documentation. */
export function candidates(address: string): string[] {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return [`https://${domain}${path}`, `https://autodiscover.${domain}${path}`];
}

/** Asks Autodiscover (POX) where the server of an address is: the one service that is named, or those that its domain may have. */
export async function locate(client: Client, address: string, service?: string): Promise<Located> {
  const tried: string[] = [];
  const waiting = service === undefined ? candidates(address) : [service];
  let mailbox = address;
  for (let asked = 0; asked < most; asked++) {
    const url = waiting.shift();
    if (url === undefined) return { tried, refused: false };
    const found = await ask(client, url, mailbox);
    if ("ews" in found) return { url: found.ews };
    tried.push(`${url}: ${found.trouble}`);
    // Asking on would go towards locking the account.
    if (found.refused === true) return { tried, refused: true };
    if (found.redirectAddress !== undefined) {
      mailbox = found.redirectAddress;
      waiting.unshift(...(service === undefined ? candidates(mailbox) : [url]));
    }
    if (found.redirectUrl !== undefined) waiting.unshift(found.redirectUrl);
  }
  return { tried, refused: false };
}

interface Trouble {
  trouble: string;
  refused?: boolean;
  redirectUrl?: string;
  redirectAddress?: string;
}

async function ask(client: Client, url: string, address: string): Promise<{ ews: string } | Trouble> {
  const body = `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${schema}/requestschema/2006"><Request><EMailAddress>${escaped(address)}</EMailAddress><AcceptableResponseSchema>${schema}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
  let answer;
  try {
    answer = await client.post(new URL(url), body);
  } catch (error) {
    return {
      trouble:
        error instanceof Error ? ("code" in error && String(error.code)) || error.message : "no answer",
    };
  }
  const { status, headers, text } = answer;
  if (status === 401) return { trouble: "refuses the password", refused: true };
  const { location } = headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    const target = new URL(location, url);
    if (target.protocol === "https:")
      return { trouble: `redirects to ${target.href}`, redirectUrl: target.href };
  }
  if (status !== 200) return { trouble: `answers HTTP ${status}` };
  return understood(text);
}

interface Account {
  RedirectUrl?: string;
  RedirectAddr?: string;
  Protocol?: { Type?: string; EwsUrl?: string }[];
}

/** Inside addresses first. */
const protocols = ["EXCH", "EXPR", "EXHTTP"];

function understood(text: string): { ews: string } | Trouble {
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    isArray: (name) => name === "Protocol",
  });
  let account: Account | undefined;
  try {
    const { Autodiscover } = parser.parse(text) as { Autodiscover?: { Response?: { Account?: Account } } };
    account = Autodiscover?.Response?.Account;
  } catch {
    return { trouble: "answers what is not XML" };
  }
  const { RedirectUrl, RedirectAddr, Protocol = [] } = account ?? {};
  if (RedirectAddr !== undefined)
    return { trouble: `redirects to ${RedirectAddr}`, redirectAddress: RedirectAddr };
  if (RedirectUrl?.startsWith("https://"))
    return { trouble: `redirects to ${RedirectUrl}`, redirectUrl: RedirectUrl };
  const urls = protocols.flatMap((type) =>
    Protocol.filter(({ Type }) => Type === type).map(({ EwsUrl }) => EwsUrl),
  );
  const ews = urls.find((url) => url?.startsWith("https://"));
  return ews === undefined ? { trouble: "knows no server for this address" } : { ews };
}

/** Text for XML. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
