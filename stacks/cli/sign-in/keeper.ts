import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { redeem, type Desk, type Grant } from "./grant.ts";

/** Milliseconds before its end when a token counts as used up. */
const margin = 300_000;

/**
 * Keeps a sign-in for the length of this process, and gives its tokens to processes that it starts: they ask on loopback, as a machine
 * of Azure asks for those of its identity, and prove themselves with a header that only their environment knows. Answers these variables.
 */
export async function keep(
  desk: Desk,
  grant: Grant,
): Promise<{ variables: Record<string, string>; close: () => void }> {
  const secret = randomBytes(32).toString("base64url");
  let known = grant;
  let renewing: Promise<Grant> | undefined;
  const renew = async (refresh: string): Promise<Grant> => {
    try {
      return (known = {
        refresh,
        ...(await redeem(desk, { grant_type: "refresh_token", refresh_token: refresh })),
      });
    } finally {
      renewing = undefined;
    }
  };
  const fresh = async (): Promise<Grant> =>
    known.until - margin > desk.now() || known.refresh === undefined
      ? known
      : (renewing ??= renew(known.refresh));
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    // A page in a browser can reach loopback too, and can set no such header.
    if (request.headers["x-identity-header"] !== secret) return answer(401, { error: "unauthorized_client" });
    void fresh().then(
      ({ token, until }) =>
        answer(200, { access_token: token, expires_in: Math.floor((until - desk.now()) / 1_000) }),
      () => answer(400, { error: "invalid_grant" }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    variables: { SIU_SIGN_IN: `http://127.0.0.1:${port}/`, SIU_SIGN_IN_HEADER: secret },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
