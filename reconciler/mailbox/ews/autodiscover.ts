import { resolveSrv } from "node:dns/promises";
import { Agent, request } from "undici";
import { answerText, httpsUrl, trust } from "../connection.ts";
import { connectionTrouble } from "../connection-trouble.ts";
import { poxRequest, readPox } from "./pox.ts";
import type { Credential, Post } from "./line.ts";
import { openLine } from "./open-line.ts";
import { Fault } from "../../fault.ts";
import type { PoxAnswer } from "./pox.ts";

/** What Autodiscover starts from. */
export interface DiscoverOptions {
  /** SMTP address of a mailbox of the organization; its domain gives the candidates. */
  address: string;
  credential: Credential;
  /** The one Autodiscover URL to ask, instead of the candidates that the domain gives. */
  url?: string;
  /** PEM of the authority that issued the server's certificate, where the system does not know it. */
  certificateAuthority?: string;
}

const path = "/autodiscover/autodiscover.xml";
const timeout = 15_000;
const maxHops = 10;
/** Bytes of an answer. */
const longest = 1024 * 1024;
/** The web server of the bare domain may refuse what Exchange accepts; more would go towards locking the account. */
const maxRefusals = 2;

/** A redirection that arrives without TLS is followed only within this domain; `undefined`: TLS proved it. */
interface Candidate {
  url: string;
  within?: string;
}

/** Where the Autodiscover service of a mail domain may be, in the order of Microsoft's documentation. */
export function candidatesOf(domain: string): Candidate[] {
  return [
    { url: `https://${domain}${path}` },
    { url: `https://autodiscover.${domain}${path}` },
    { url: `http://autodiscover.${domain}${path}`, within: domain },
  ];
}

async function announced(domain: string): Promise<Candidate[]> {
  const records = await resolveSrv(`_autodiscover._tcp.${domain}`).catch(() => []);
  return records.map(({ name, port }) => ({ url: `https://${name}:${port}${path}`, within: domain }));
}

/**
 * The EWS URL that the organization's Autodiscover service answers (POX).
 * @throws Fault UNAVAILABLE listing what was tried | WRONG_CREDENTIALS
 */
export async function discoverEwsUrl(options: DiscoverOptions): Promise<string> {
  const { credential } = options;
  const connect = { secureContext: trust(options.certificateAuthority), timeout };
  const tried: string[] = [];
  let hops = 0;
  let refusals = 0;

  async function signedIn(url: URL, post: Post) {
    const line = openLine(url, credential, { connections: 1, connect });
    try {
      const answer = await line.post(post);
      return { ...answer, text: await answerText(answer, longest) };
    } finally {
      await line.destroy();
    }
  }

  async function ask(url: URL, address: string): Promise<PoxAnswer> {
    // Without TLS neither password nor address is sent: such a place can only redirect.
    const secret = url.protocol === "https:";
    const target = url.pathname + url.search;
    const signal = AbortSignal.timeout(timeout);
    const headers = { "content-type": "text/xml; charset=utf-8" };
    const answer = secret
      ? await signedIn(url, { path: target, headers, body: poxRequest(address), signal })
      : { ...(await request(url, { signal })), text: "" };
    const { statusCode: status, headers: answered, text } = answer;
    if (status === 401) refusals += 1;
    if (status >= 300 && status < 400 && answered["location"] !== undefined) {
      return { redirectUrl: new URL(String(answered["location"]), url).href };
    }
    return status === 200 && secret ? readPox(text) : { trouble: `answered HTTP ${status}` };
  }

  /** Asks the newer service (JSON, Exchange 2016 and later), which wants no sign-in; what it does not know is told by the older one. */
  async function askJson({ origin }: URL, address: string): Promise<string | undefined> {
    const target = `/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(address)}?Protocol=Ews`;
    const dispatcher = new Agent({ connect });
    try {
      const answer = await request(origin + target, { dispatcher, signal: AbortSignal.timeout(timeout) });
      const text = await answerText(answer, longest);
      const { Url } = JSON.parse(text) as { Url?: unknown };
      return answer.statusCode === 200 && typeof Url === "string" ? Url : undefined;
    } catch {
      return undefined;
    } finally {
      await dispatcher.destroy();
    }
  }

  async function visit({ url: text, within }: Candidate, address: string): Promise<string | undefined> {
    const refuse = (why: string): undefined => void tried.push(`${text}: ${why}`);
    hops += 1;
    if (hops > maxHops) return refuse(`not asked, after ${maxHops} redirections`);
    if (refusals >= maxRefusals) return refuse(`not asked, after ${refusals} refusals of the password`);
    const url = new URL(text);
    let answer: PoxAnswer;
    try {
      answer = await ask(url, address);
    } catch (error) {
      if (!(error instanceof Fault)) return refuse(connectionTrouble(error));
      answer = { trouble: error.message };
    }
    if (answer.ewsUrl !== undefined) return httpsUrl(answer.ewsUrl).href;
    if (answer.redirectAddress !== undefined) {
      refuse(`redirects to the address ${answer.redirectAddress}`);
      return search(answer.redirectAddress);
    }
    if (answer.redirectUrl === undefined) {
      refuse(answer.trouble ?? "answered nothing useful");
      // Where a password is refused, another service would only lead to a place that refuses it again.
      const ask = url.protocol === "https:" && (credential.by === "oauth" || refusals === 0);
      const told = ask ? await askJson(url, address) : undefined;
      return told === undefined ? undefined : httpsUrl(told).href;
    }
    const target = new URL(answer.redirectUrl);
    refuse(`redirects to ${target.href}`);
    if (target.protocol !== "https:") return refuse("which is not https, and is not followed");
    if (url.protocol === "http:" && within !== undefined && !isWithin(target.hostname, within)) {
      return refuse(`which is outside of ${within}. If it is right, name it as the Autodiscover URL`);
    }
    return visit({ url: target.href }, address);
  }

  async function search(address: string): Promise<string | undefined> {
    const domain = address.slice(address.lastIndexOf("@") + 1);
    for (const candidate of candidatesOf(domain)) {
      const found = await visit(candidate, address);
      if (found !== undefined) return found;
    }
    for (const candidate of await announced(domain)) {
      if (isWithin(new URL(candidate.url).hostname, domain)) {
        const found = await visit(candidate, address);
        if (found !== undefined) return found;
      } else {
        tried.push(
          `${candidate.url} (from DNS): outside of ${domain}, not asked. If it is right, name it as the Autodiscover URL`,
        );
      }
    }
    return undefined;
  }

  const { url, address } = options;
  const found = url === undefined ? await search(address) : await visit({ url: httpsUrl(url).href }, address);
  if (found !== undefined) return found;
  const list = tried.map((line) => `\n- ${line}`).join("");
  if (refusals > 0) {
    const who =
      credential.by === "oauth"
        ? "the application's token. Check what tokens the server takes"
        : `the account '${credential.username}'. Check user name and password`;
    throw new Fault("WRONG_CREDENTIALS", `Autodiscover refused ${who}. Tried:${list}`);
  }
  throw new Fault(
    "UNAVAILABLE",
    `Cannot locate the server for '${options.address}' by Autodiscover. Check the Autodiscover DNS record and virtual directory, or name the EWS URL in the configuration. Tried:${list}`,
  );
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
