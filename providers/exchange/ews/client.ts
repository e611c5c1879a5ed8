import { Agent, request } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import { getCACertificates, type TLSSocket } from "node:tls";
import { authenticate, negotiate, type Account } from "../../../ntlm/messages.ts";

/** An answer of the server, whatever its status. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Sends XML to one server as an account, which signs in as the server offers: NTLM, else Basic. */
export interface Client {
  /** @throws Error of the connection */
  post: (url: URL, body: string) => Promise<Answer>;
  close: () => void;
}

/** Milliseconds that a connection or an answer may take. */
const timeout = 20_000;
/** Bytes of an answer that are read. */
const longest = 1_048_576;

/** Opens no connection before the first request; NTLM signs in connections, so there is one at a time. */
export function createClient(account: Account, certificateAuthority?: string): Client {
  const ca = [
    ...getCACertificates("default"),
    ...(certificateAuthority === undefined ? [] : [certificateAuthority]),
  ];
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, timeout });

  function send(url: URL, body: string, authorization?: string): Promise<Answer & { certificate: Buffer }> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer & { certificate: Buffer }>();
    const sent = request(url, {
      agent,
      method: "POST",
      signal: AbortSignal.timeout(timeout),
      headers: {
        "content-type": "text/xml; charset=utf-8",
        "content-length": Buffer.byteLength(body),
        "user-agent": "SentItemsUpdate",
        ...(authorization !== undefined && { authorization }),
      },
    });
    sent.once("error", reject);
    sent.once("response", (response) => {
      const certificate = (response.socket as TLSSocket).getPeerCertificate().raw;
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > longest) response.destroy(new RangeError("the answer is too long"));
      });
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, certificate }),
      );
    });
    sent.end(body);
    return promise;
  }

  return {
    post: async (url, body) => {
      const first = await send(url, body);
      if (first.status !== 401) return first;
      const offered = String(first.headers["www-authenticate"]);
      const scheme = /\bNTLM\b/i.test(offered)
        ? "NTLM"
        : /\bNegotiate\b/i.test(offered)
          ? "Negotiate"
          : undefined;
      if (scheme === undefined) {
        if (!/\bBasic\b/i.test(offered)) return first;
        const credentials = Buffer.from(`${account.username}:${account.password}`, "utf8").toString("base64");
        return send(url, body, `Basic ${credentials}`);
      }
      const second = await send(url, body, `${scheme} ${negotiate()}`);
      const challenge = /(?:NTLM|Negotiate)\s+([\w+/=]+)/i.exec(
        String(second.headers["www-authenticate"]),
      )?.[1];
      if (challenge === undefined) return second;
      const server = { host: url.hostname, certificate: second.certificate };
      return send(url, body, `${scheme} ${authenticate(challenge, account, server)}`);
    },
    close: () => agent.destroy(),
  };
}
