import type { TLSSocket } from "node:tls";
import { buildConnector, Client, type Dispatcher } from "undici";
import { type Account, authenticate, negotiate } from "../../../ntlm/messages.ts";
import { Fault } from "../../fault.ts";
import type { Line, LineOptions, Post } from "./line.ts";

/**
 * A line whose connections are signed in by NTLM, each once: what it has proved is the connection's, not the request's. So every
 * connection carries one request at a time, and the one that was used last is used first. Windows that offers only Negotiate takes
 * NTLM under that name.
 */
export function ntlmLine(server: URL, account: Account, options: LineOptions): Line {
  const all: Connection[] = [];
  const idle: Connection[] = [];
  const another = (): Connection => {
    const one = connection(server, account, options);
    all.push(one);
    return one;
  };
  return {
    post: async (post) => {
      const one = idle.pop() ?? another();
      const free = () => void idle.push(one);
      try {
        const answer = await one.post(post);
        answer.body.once("close", free);
        return answer;
      } catch (error) {
        free();
        throw error;
      }
    },
    close: async () => void (await Promise.all(all.map(({ client }) => client.close()))),
    destroy: async () => void (await Promise.all(all.map(({ client }) => client.destroy()))),
  };
}

/** One connection, which opens itself anew, and then has to sign in again. */
interface Connection {
  client: Client;
  post: (post: Post) => Promise<Dispatcher.ResponseData>;
}

const schemes = ["NTLM", "Negotiate"];

function connection(server: URL, account: Account, { connect, bodyTimeout }: LineOptions): Connection {
  let certificate = Buffer.alloc(0);
  let signedIn = false;
  // Of a session that is resumed Node may not know the certificate; NTLM knows nothing of HTTP/2.
  const connector = buildConnector({ ...connect, allowH2: false, maxCachedSessions: 0 });
  const client = new Client(server.origin, {
    keepAliveTimeout: 60_000,
    ...(bodyTimeout !== undefined && { bodyTimeout }),
    connect: (to, done) =>
      connector(to, (...[error, socket]) => {
        if (error) return done(error, null);
        certificate = (socket as TLSSocket).getPeerCertificate().raw;
        return done(null, socket);
      }),
  });
  client.on("disconnect", () => (signedIn = false));

  const send = ({ headers, ...post }: Post, more: Record<string, string> = {}) =>
    client.request({ ...post, method: "POST", headers: { ...headers, ...more } });

  const proof = (challenge: string): string => {
    try {
      return authenticate(challenge, account, { host: server.hostname, certificate });
    } catch (cause) {
      throw new Fault("UNAVAILABLE", `${server.host} answered with no challenge of NTLM.`, { cause });
    }
  };

  async function signIn(post: Post): Promise<Dispatcher.ResponseData> {
    let offered = "";
    for (const scheme of schemes) {
      const first = await send({ ...post, body: "" }, { authorization: `${scheme} ${negotiate()}` });
      // Not even asked who this is: the server is out of order, or another one.
      if (first.statusCode !== 401) return first;
      await first.body.dump();
      // What stands in quotes may look like a scheme.
      offered = String(first.headers["www-authenticate"] ?? "").replaceAll(/"[^"]*"/g, "");
      const [, challenge] = new RegExp(String.raw`\b${scheme}\s+([\w+/=]+)`, "i").exec(offered) ?? [];
      if (challenge === undefined) continue;
      const answer = await send(post, { authorization: `${scheme} ${proof(challenge)}` });
      signedIn = answer.statusCode !== 401;
      return answer;
    }
    const ways = [...offered.matchAll(/(?:^|,)\s*(\w+)(?!\s*=)\b/g)].map(([, way]) => way).join(", ");
    throw new Fault(
      "UNAVAILABLE",
      `${server.host} does not sign in by NTLM, but by ${ways || "nothing that it tells"}. Enable Windows authentication on this virtual directory, or choose another way (connections.onPremises.ewsAuthentication).`,
    );
  }

  return {
    client,
    post: async (post) => {
      if (!signedIn) return signIn(post);
      const answer = await send(post);
      if (answer.statusCode !== 401) return answer;
      // The server has forgotten it, or keeps it for one request only.
      await answer.body.dump();
      return signIn(post);
    },
  };
}
