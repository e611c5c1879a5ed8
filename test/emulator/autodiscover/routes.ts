import { onTheWay } from "../faults.ts";
import type { Answer, Handler, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import { authenticate } from "../sign-in/authenticate.ts";
import { sideOf, type SideName } from "../store.ts";
import { jsonHandler } from "./json.ts";
import { poxHandler } from "./pox.ts";
import { soapHandler } from "./soap.ts";

/** Autodiscover of one side in its three forms; the JSON one needs no sign-in. */
export function autodiscoverRoutes(
  organization: Organization,
  sideName: SideName,
  ewsUrl: () => string,
): ReadonlyMap<string, Handler> {
  const side = sideOf(organization, sideName);
  const origin = (): string => new URL(ewsUrl()).origin;
  const json = jsonHandler(
    organization,
    side,
    (protocol) => {
      if (protocol === "Ews") return ewsUrl();
      return protocol === "Rest" ? `${origin()}/api` : `${origin()}/autodiscover/autodiscover.xml`;
    },
    (address, protocol) =>
      `${origin()}/autodiscover/autodiscover.json/v1.0/${encodeURIComponent(address)}?Protocol=${protocol}`,
  );
  const troubled =
    (operation: string, handler: Handler): Handler =>
    async (request) => {
      const fault = organization.faults.take("autodiscover", operation, sideName);
      if (fault?.failure === "drop") return { drop: true };
      const failed: Record<string, Answer> = {
        throttle: { status: 429, headers: { "Retry-After": String(fault?.retryAfter ?? 1) } },
        unavailable: { status: 503, headers: { "Retry-After": String(fault?.retryAfter ?? 1) } },
        error: { status: 500 },
        expired: { status: 401, headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } },
      };
      const answer = failed[fault?.failure ?? ""] ?? (await handler(request));
      return onTheWay(answer, fault);
    };
  const signedIn =
    (handler: Handler): Handler =>
    (request: Request) => {
      const caller = authenticate(organization, side, request);
      return "status" in caller ? caller : handler(request);
    };
  return new Map([
    ["/autodiscover/autodiscover.xml", troubled("POX", signedIn(poxHandler(organization, side, ewsUrl)))],
    ["/autodiscover/autodiscover.svc", troubled("SOAP", signedIn(soapHandler(organization, side, ewsUrl)))],
    ["/autodiscover/autodiscover.json", troubled("JSON", json)],
    ["/autodiscover/autodiscover.json/", troubled("JSON", json)],
  ]);
}
