import { anywhere, at, element, readXml, textAt } from "./xml.ts";
import type { Element } from "./xml.ts";

/** What an Autodiscover service says; one of the four is there. */
export interface PoxAnswer {
  ewsUrl?: string;
  redirectUrl?: string;
  /** Start over with this SMTP address. */
  redirectAddress?: string;
  /** Why it says nothing, for people. */
  trouble?: string;
}

const schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook";

/** The question of the XML-only Autodiscover service ([MS-OXDSCLI]) for the owner of an SMTP address. */
export function poxRequest(address: string): string {
  const { xml } = element(
    "Autodiscover",
    { xmlns: `${schema}/requestschema/2006` },
    element(
      "Request",
      {},
      element("EMailAddress", {}, address),
      element("AcceptableResponseSchema", {}, `${schema}/responseschema/2006a`),
    ),
  );
  return `<?xml version="1.0" encoding="utf-8"?>${xml}`;
}

/** Inside addresses first: the daemon stands near the server. */
const protocols = ["EXCH", "EXPR", "EXHTTP", "WEB"];

function ewsUrlOf(account: Element): string | undefined {
  const offers = account.children.filter((child) => child.name === "Protocol");
  const urls = protocols.flatMap((type) =>
    offers
      .filter((offer) => (textAt(offer, "Type") ?? offer.attributes["Type"]) === type)
      .map((offer) => textAt(offer, "EwsUrl") ?? textAt(offer, "ASUrl")),
  );
  return urls.find((url) => url !== undefined && url !== "");
}

/** Reads an answer of the service; it never throws, what is wrong is told as trouble. */
export function readPox(document: string): PoxAnswer {
  let root: Element;
  try {
    root = readXml(document);
  } catch {
    return { trouble: "answered something that is not XML" };
  }
  const account = anywhere(root, "Account");
  const redirectUrl = textAt(account, "RedirectUrl");
  const redirectAddress = textAt(account, "RedirectAddr");
  if (redirectUrl !== undefined && URL.canParse(redirectUrl)) return { redirectUrl };
  if (redirectAddress !== undefined) return { redirectAddress };
  const ewsUrl = account && ewsUrlOf(account);
  if (ewsUrl !== undefined) return { ewsUrl };
  const error = anywhere(root, "Error");
  if (!error) return { trouble: "answered without an EWS URL" };
  return {
    trouble: `answered error ${textAt(error, "ErrorCode") ?? "?"}: ${(at(error, "Message")?.text ?? "").slice(0, 200)}`,
  };
}
