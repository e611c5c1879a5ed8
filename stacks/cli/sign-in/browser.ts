import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { redeem, Refused, refusedFault, scope, type Desk, type Grant } from "./grant.ts";

/** Milliseconds that somebody has to sign in. */
const patience = 600_000;

const done =
  "<!doctype html><title>siu</title><p>That is all here: go back to the terminal, and close this window.</p>";

/**
 * Somebody signs in in this machine's browser, with whatever the tenant asks of them; it comes back by a redirect to loopback, and only
 * this program can redeem what it brings (RFC 8252, RFC 7636). `open` shows an address to them. @throws Fault WRONG_CREDENTIALS | UNAVAILABLE
 */
export async function byBrowser(desk: Desk, open: (url: string) => void): Promise<Grant> {
  const [verifier, state] = [randomBytes(48), randomBytes(24)].map((bytes) => bytes.toString("base64url"));
  const back = Promise.withResolvers<URLSearchParams>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    // A favicon, or a page of somebody else: no answer to what was asked.
    if (pathname !== "/" || searchParams.get("state") !== state) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "text/html", connection: "close" }).end(done);
    back.resolve(searchParams);
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  const late = setTimeout(() => back.reject(new Refused("expired_token", "")), patience);
  try {
    const redirect = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const asked = new URLSearchParams({
      client_id: desk.clientId,
      response_type: "code",
      response_mode: "query",
      redirect_uri: redirect,
      scope,
      state: state ?? "",
      code_challenge: createHash("sha256").update(String(verifier)).digest("base64url"),
      code_challenge_method: "S256",
      prompt: "select_account",
    });
    open(`${desk.url}/authorize?${asked.toString()}`);
    const answer = await back.promise;
    const code = answer.get("code");
    if (code === null) {
      const number = /AADSTS\d+/.exec(answer.get("error_description") ?? "")?.[0];
      throw new Refused(answer.get("error") ?? "", number ?? "");
    }
    const form = { grant_type: "authorization_code", code, redirect_uri: redirect };
    return await redeem(desk, { ...form, code_verifier: String(verifier) });
  } catch (error) {
    throw refusedFault(error);
  } finally {
    clearTimeout(late);
    server.close();
    server.closeAllConnections();
  }
}

/** Shows an address in the browser of this machine, or of BROWSER; where there is none, the address that was printed is left. */
export function openBrowser(url: string, browser: string | undefined, platform: string): void {
  const [program = "", ...args] = browser
    ? [browser]
    : platform === "darwin"
      ? ["open"]
      : platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler"]
        : ["xdg-open"];
  spawn(program, [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
