import { randomUUID } from "node:crypto";
import type { Handler, Request } from "./http.ts";
import type { SideName } from "./store.ts";

const servers = {
  onPremises: ["MAIL", "mail.contoso.com"],
  online: ["AM0PR01CA0001", "outlook.office365.com"],
};
const cookieLifetimeSeconds = 365 * 86_400;

/**
 * A handler as Exchange's client access services publish it: its answers carry what names the server, the request and the session,
 * by which clients and their administrators tell Exchange from others ([MS-OXWSCDATA], X-FEServer and the like).
 */
export function clientAccess(side: SideName, handler: Handler): Handler {
  const [name = "", host = ""] = servers[side];
  const named = {
    Server: "Microsoft-IIS/10.0",
    "X-FEServer": name,
    "X-BEServer": name,
    "X-CalculatedBETarget": host,
    "X-DiagInfo": name,
    "X-AspNet-Version": "4.0.30319",
    "X-Powered-By": "ASP.NET",
  };
  return async (request) => {
    const reply = await handler(request);
    if ("drop" in reply) return reply;
    return { ...reply, headers: { ...named, ...ids(request), ...cookies(request), ...reply.headers } };
  };
}

/** Its own id for the request, and the client's where that asks for it. */
function ids({ headers }: Request): Record<string, string> {
  const given = headers["client-request-id"];
  const wanted = String(headers["return-client-request-id"] ?? "").toLowerCase() === "true";
  return {
    "request-id": randomUUID(),
    ...(wanted && typeof given === "string" ? { "client-request-id": given } : {}),
  };
}

/** A session's cookie, for those who bring none. */
function cookies({ headers, url }: Request): Record<string, string> {
  if (/(?:^|;\s*)exchangecookie=/.test(headers.cookie ?? "")) return {};
  const secure = url.protocol === "https:" ? "; secure" : "";
  const value = randomUUID().replaceAll("-", "");
  return {
    "Set-Cookie": `exchangecookie=${value}; path=/; Max-Age=${cookieLifetimeSeconds}; HttpOnly${secure}`,
  };
}
