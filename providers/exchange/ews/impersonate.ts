import { escaped, locate } from "./autodiscover.ts";
import { createClient, type Answer } from "./client.ts";
import type { Account } from "../../../ntlm/messages.ts";

/** What became of the attempt to act as somebody; `detail` is for people, and empty after success. */
export interface Impersonation {
  result: "WORKS" | "NO_SERVER" | "WRONG_CREDENTIALS" | "NOT_GRANTED" | "FAILED";
  detail: string;
}

/** How the mailboxes of an organization's own servers are reached. */
export interface MailboxServer {
  account: Account;
  /** The server's EWS URL; without one Autodiscover is asked. */
  ewsUrl?: string;
  /** The one Autodiscover service to ask. */
  autodiscover?: string;
  /** PEM, trusted beside the system's own. */
  certificateAuthority?: string;
}

/** Opens the Sent Items of a mailbox, named by its user principal name, as its owner (ExchangeImpersonation); changes nothing. */
export async function impersonate(
  { account, ewsUrl, autodiscover, certificateAuthority }: MailboxServer,
  upn: string,
): Promise<Impersonation> {
  const client = createClient(account, certificateAuthority);
  try {
    const located =
      ewsUrl === undefined ? await locate(client, account.username, autodiscover) : { url: ewsUrl };
    if (!("url" in located)) {
      const detail = located.tried.join("; ");
      return { result: located.refused ? "WRONG_CREDENTIALS" : "NO_SERVER", detail };
    }
    return await client.post(new URL(located.url), getSentItems(upn)).then(
      (answer) => judged(located.url, answer),
      (error: unknown) => ({ result: "NO_SERVER", detail: `${located.url}: ${trouble(error)}` }),
    );
  } finally {
    client.close();
  }
}

function judged(url: string, { status, text }: Answer): Impersonation {
  const code = /<(?:\w+:)?ResponseCode[^>]*>(\w+)</.exec(text)?.[1];
  if (code === "NoError") return { result: "WORKS", detail: "" };
  if (status === 401) return { result: "WRONG_CREDENTIALS", detail: `${url}: HTTP 401` };
  if (code === "ErrorImpersonateUserDenied" || code === "ErrorImpersonationDenied")
    return { result: "NOT_GRANTED", detail: `${url}: ${code}` };
  if (code !== undefined) return { result: "FAILED", detail: `${url}: ${code}` };
  return {
    result: "NO_SERVER",
    detail: `${url}: HTTP ${status}, which is no answer of Exchange Web Services`,
  };
}

function trouble(error: unknown): string {
  if (!(error instanceof Error)) return "no answer";
  return "code" in error ? String(error.code) : error.message;
}

function getSentItems(upn: string): string {
  const schemas = "http://schemas.microsoft.com/exchange/services/2006";
  return [
    `<?xml version="1.0" encoding="utf-8"?>`,
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="${schemas}/types" xmlns:m="${schemas}/messages">`,
    `<s:Header><t:RequestServerVersion Version="Exchange2010_SP2"/><t:ExchangeImpersonation><t:ConnectingSID>`,
    `<t:PrincipalName>${escaped(upn)}</t:PrincipalName></t:ConnectingSID></t:ExchangeImpersonation></s:Header>`,
    `<s:Body><m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>`,
    `<m:FolderIds><t:DistinguishedFolderId Id="sentitems"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>`,
  ].join("");
}
