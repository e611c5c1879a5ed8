import { Pool, type Dispatcher } from "undici";
import { claimsOf } from "../application.ts";
import type { Credential, Line, LineOptions, Post } from "./line.ts";
import { ntlmLine } from "./ntlm-line.ts";

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
