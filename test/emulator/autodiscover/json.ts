import type { Handler, Reply } from "../http.ts";
import type { Organization } from "../organization.ts";
import type { Side } from "../store.ts";
import { look } from "./lookup.ts";

const protocols = ["AutodiscoverV1", "Ews", "Rest"];

/**
 * Autodiscover version 2: `GET /autodiscover/autodiscover.json/v1.0/{address}?Protocol=EWS`, or with the address as `Email`.
 * Needs no sign-in; a mailbox that lives elsewhere is answered with a redirect to where it is asked for.
 */
export function jsonHandler(
  organization: Organization,
  side: Side,
  urls: (protocol: string) => string,
  elsewhere: (address: string, protocol: string) => string,
): Handler {
  return ({ method, url }) => {
    if (method !== "GET") return { status: 405, headers: { Allow: "GET" } };
    const query = new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
    const [, inPath] = /\/autodiscover\.json\/(?:v[\d.]+\/)?([^/]+)$/i.exec(url.pathname) ?? [];
    const address = query.get("email") ?? decoded(inPath ?? "");
    const asked = query.get("protocol");
    if (!/^[^@\s]+@[^@\s]+$/.test(address)) return missing("Email");
    if (!asked) return missing("Protocol");
    const protocol = protocols.find((each) => each.toLowerCase() === asked.toLowerCase());
    if (protocol === undefined) {
      return refuse(
        400,
        "InvalidProtocol",
        `The given protocol value '${asked}' is invalid. Supported values are '${protocols.join(",")}'`,
      );
    }
    const found = look(organization, side, address);
    switch (found.is) {
      case "unknown":
        return refuse(404, "UserNotFound", "The given user is not found");
      case "address":
        return { status: 302, headers: { Location: elsewhere(found.value, protocol) } };
      case "url":
      case "http":
        return { status: 302, headers: { Location: found.value } };
      case "mailbox":
        return { status: 200, body: { Protocol: protocol, Url: urls(protocol) } };
    }
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function missing(name: string): Reply {
  return refuse(
    400,
    "MandatoryParameterMissing",
    `A valid value must be provided for the query parameter '${name}'`,
  );
}

function refuse(status: number, ErrorCode: string, ErrorMessage: string): Reply {
  return { status, body: { ErrorCode, ErrorMessage } };
}
