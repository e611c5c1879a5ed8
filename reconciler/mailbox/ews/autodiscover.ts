import { resolveSrv } from "node:dns/promises";
import { Agent } from "undici";
import { answerText, basic, httpsUrl, trust } from "../connection.ts";
import { connectionTrouble } from "../connection-trouble.ts";
import { poxRequest, readPox } from "./pox.ts";
import { Fault } from "../../fault.ts";
import type { PoxAnswer } from "./pox.ts";

/** What Autodiscover starts from. */
export interface DiscoverOptions {
  /** SMTP address of a mailbox of the organization; its domain gives the candidates. */
  address: string;
  credential: { username: string; password: string };
  /** The one Autodiscover URL to ask, instead of the candidates that the domain gives. */
  url?: string;
  /** PEM of the authority that issued the server's certificate, where the system does not know it. */
  certificateAuthority?: string;
}

const path = "/autodiscover/autodiscover.xml";
const timeout = 15_000;
const maxHops = 10;
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
  const dispatcher = new Agent({
    connect: { secureContext: trust(options.certificateAuthority), timeout },
  });
  const authorization = await basic(options.credential)();
  const tried: string[] = [];
  let hops = 0;
  let refusals = 0;

  async function ask(url: URL, address: string): Promise<PoxAnswer> {
    // Without TLS neither password nor address is sent: such a place can only redirect.
    const secret = url.protocol === "https:";
    const response = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      ...(secret
        ? {
            method: "POST",
            headers: { authorization, "content-type": "text/xml; charset=utf-8" },
            body: poxRequest(address),
          }
        : { method: "GET" }),
      signal: AbortSignal.timeout(timeout),
    });
    const text = await answerText(response, 1024 * 1024);
    const { statusCode: status, headers } = response;
    if (status === 401) refusals += 1;
    if (status >= 300 && status < 400 && headers["location"] !== undefined) {
      return { redirectUrl: new URL(String(headers["location"]), url).href };
    }
    return status === 200 && secret ? readPox(text) : { trouble: `answered HTTP ${status}` };
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
      return refuse(connectionTrouble(error));
    }
    if (answer.ewsUrl !== undefined) return httpsUrl(answer.ewsUrl).href;
    if (answer.redirectAddress !== undefined) {
      refuse(`redirects to the address ${answer.redirectAddress}`);
      return search(answer.redirectAddress);
    }
    if (answer.redirectUrl === undefined) return refuse(answer.trouble ?? "answered nothing useful");
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

  try {
    const { url, address } = options;
    const found =
      url === undefined ? await search(address) : await visit({ url: httpsUrl(url).href }, address);
    if (found !== undefined) return found;
  } finally {
    await dispatcher.close();
  }
  const list = tried.map((line) => `\n- ${line}`).join("");
  if (refusals > 0) {
    throw new Fault(
      "WRONG_CREDENTIALS",
      `Autodiscover refused the account '${options.credential.username}'. Check user name and password. Tried:${list}`,
    );
  }
  throw new Fault(
    "UNAVAILABLE",
    `Cannot locate the server for '${options.address}' by Autodiscover. Check the Autodiscover DNS record and virtual directory, or name the EWS URL in the configuration. Tried:${list}`,
  );
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
