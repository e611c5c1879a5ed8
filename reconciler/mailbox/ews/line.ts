import type { SecureContext } from "node:tls";
import { type Dispatcher, Pool } from "undici";
import { ntlmLine } from "./ntlm-line.ts";
import type { Account } from "../../../ntlm/messages.ts";
import { claimsOf, type Token } from "../application.ts";

/** How requests are signed in: with the password of an account, or with a token for the server. */
export type Credential =
  | ({ by: "basic" } & Account)
  | ({ by: "ntlm" } & Account)
  | { by: "oauth"; tokenFor: (server: URL) => Token };

/** One request, as yet without what signs it in. */
export interface Post {
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

/** Connections to one server over which requests go signed in. */
export interface Line {
  /** The answer, whatever its status: 401 is a refusal for good. @throws Error of the connection | Fault of the login */
  post: (post: Post) => Promise<Dispatcher.ResponseData>;
  /** Ends when what is under way is done. */
  close: () => Promise<void>;
  /** Ends at once. */
  destroy: () => Promise<void>;
}

/** See undici's `Pool`. */
export interface LineOptions {
  /** At most so many. */
  connections: number;
  connect: { secureContext: SecureContext; timeout: number };
  /** Milliseconds without a byte after which an answer is given up. */
  bodyTimeout?: number;
}

/** Opens no connection before the first request. `server`: any URL of it. */
export function openLine(server: URL, credential: Credential, options: LineOptions): Line {
  if (credential.by === "ntlm") return ntlmLine(server, credential, options);
  const pool = new Pool(server.origin, { keepAliveTimeout: 60_000, ...options });
  const send = ({ headers, ...post }: Post, authorization: string) =>
    pool.request({ ...post, method: "POST", headers: { ...headers, authorization } });
  const end = { close: () => pool.close(), destroy: () => pool.destroy() };
  if (credential.by === "basic") {
    const { username, password } = credential;
    const header = `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
    return { post: (post) => send(post, header), ...end };
  }
  const token = credential.tokenFor(server);
  const post = async (one: Post): Promise<Dispatcher.ResponseData> => {
    const bearer = await token();
    const answer = await send(one, `Bearer ${bearer}`);
    if (answer.statusCode !== 401) return answer;
    await answer.body.dump();
    const claims = claimsOf(answer.headers["www-authenticate"]?.toString());
    return send(one, `Bearer ${await token({ token: bearer, claims })}`);
  };
  return { post, ...end };
}
