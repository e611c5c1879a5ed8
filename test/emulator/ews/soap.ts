import { EwsError, messageXml, schemaError } from "./error.ts";
import { offsetOf } from "./time-zones.ts";
import type { TimeForm } from "./time.ts";
import { isVersion, type Version } from "./version.ts";
import { child, element, readXml, type Element } from "./xml.ts";

/** A SOAP request taken apart. */
export interface SoapRequest {
  version: Version;
  times: TimeForm;
  /** The one child of ConnectingSID, where the request impersonates. */
  connectingSid?: { kind: string; value: string };
  /** The one child of the body: `m:GetItem` ... */
  operation: Element;
}

/** Reads a request. @throws EwsError (a fault) when it is no SOAP, names no known version or impersonates in an unknown way. */
export function readSoap(document: string): SoapRequest {
  const envelope = parsed(document);
  if (envelope.name !== "s:Envelope")
    throw schemaError(`The element '${envelope.name}' is not a SOAP envelope.`);
  const header = child(envelope, "s:Header");
  const [operation] = child(envelope, "s:Body")?.children ?? [];
  if (!operation) throw schemaError("The element 'Body' has incomplete content.");
  // A request without the header is taken as one of the first version.
  const version = child(header, "t:RequestServerVersion")?.attributes["Version"] ?? "Exchange2007";
  if (!isVersion(version)) throw new EwsError("ErrorInvalidServerVersion");
  const times = timeForm(header);
  const impersonation = child(header, "t:ExchangeImpersonation");
  if (!impersonation) return { version, operation, times };
  const identities = child(impersonation, "t:ConnectingSID")?.children ?? [];
  const [identity] = identities;
  if (!identity || identities.length > 1) throw new EwsError("ErrorInvalidExchangeImpersonationHeaderData");
  return {
    version,
    operation,
    times,
    connectingSid: { kind: identity.name.slice(2), value: identity.text.trim() },
  };
}

/** @throws EwsError ErrorTimeZone for a zone that the server does not know */
function timeForm(header: Element | undefined): TimeForm {
  const milliseconds = child(header, "t:DateTimePrecision")?.text.trim() === "Milliseconds";
  const zone = child(child(header, "t:TimeZoneContext"), "t:TimeZoneDefinition")?.attributes["Id"];
  if (zone === undefined) return { milliseconds };
  if (!offsetOf(zone, 0)) throw new EwsError("ErrorTimeZone");
  return { milliseconds, zone };
}

function parsed(document: string): Element {
  try {
    return readXml(document);
  } catch (error) {
    throw schemaError(error instanceof Error ? error.message : String(error));
  }
}

/** The envelope of an answer. */
export function envelope(body: Element): Element {
  const version = element("t:ServerVersionInfo", {
    MajorVersion: 15,
    MinorVersion: 1,
    MajorBuildNumber: 2507,
    MinorBuildNumber: 61,
    Version: "V2017_07_11",
  });
  return element("s:Envelope", {}, element("s:Header", {}, version), element("s:Body", {}, body));
}

/** The fault that Exchange answers with HTTP 500 when a request fails as a whole. */
export function fault(error: EwsError): Element {
  return element(
    "s:Envelope",
    {},
    element(
      "s:Body",
      {},
      element(
        "s:Fault",
        {},
        element("faultcode", {}, `e:${error.code}`),
        element("faultstring", { "xml:lang": "en-US" }, error.message),
        element(
          "detail",
          {},
          element("e:ResponseCode", {}, error.code),
          element("e:Message", {}, error.message),
          messageXml(error, "t"),
        ),
      ),
    ),
  );
}
