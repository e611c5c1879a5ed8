import { anywhere, at, element, readXml, textAt } from "./xml.ts";
import { codeFault } from "./errors.ts";
import { Fault } from "../../fault.ts";
import type { Element, Xml } from "./xml.ts";

const types = "http://schemas.microsoft.com/exchange/services/2006/types";
const messages = "http://schemas.microsoft.com/exchange/services/2006/messages";

/** The oldest version that has nearly all we use; every server since then answers in it. */
const usualVersion = "Exchange2010_SP2";

/**
 * A SOAP request; with a mailbox it acts as its owner (impersonation by SMTP address).
 * `operation` uses the prefixes `m:` (messages) and `t:` (types).
 */
export function envelope(operation: Xml, mailbox: string | undefined, version = usualVersion): string {
  const impersonation =
    mailbox === undefined
      ? undefined
      : element(
          "t:ExchangeImpersonation",
          {},
          element("t:ConnectingSID", {}, element("t:SmtpAddress", {}, mailbox)),
        );
  const { xml } = element(
    "s:Envelope",
    { "xmlns:s": "http://schemas.xmlsoap.org/soap/envelope/", "xmlns:t": types, "xmlns:m": messages },
    element("s:Header", {}, element("t:RequestServerVersion", { Version: version }), impersonation),
    element("s:Body", {}, operation),
  );
  return `<?xml version="1.0" encoding="utf-8"?>${xml}`;
}

/**
 * The operation's answer out of a SOAP response. `about` names the operation and its mailbox in errors.
 * @throws Fault for a SOAP fault | UNEXPECTED when it is not SOAP
 */
export function readEnvelope(document: string, about: string): Element {
  let root: Element;
  try {
    root = readXml(document);
  } catch (cause) {
    throw new Fault(
      "UNEXPECTED",
      `${about}: the answer is not XML (${document.length} characters). Check that the URL is the one of Exchange Web Services (/EWS/Exchange.asmx) and that no proxy rewrites its answers.`,
      { cause },
    );
  }
  const [answer] = at(root, "Body")?.children ?? [];
  if (root.name !== "Envelope" || answer === undefined) {
    throw new Fault(
      "UNEXPECTED",
      `${about}: the answer is not a SOAP message but <${root.name}>. Check that the URL is the one of Exchange Web Services (/EWS/Exchange.asmx).`,
    );
  }
  if (answer.name === "Fault") throw soapFault(answer, about);
  return answer;
}

function soapFault(fault: Element, about: string): Fault {
  const detail = at(fault, "detail");
  const code =
    textAt(detail, "ResponseCode") ?? textAt(fault, "faultcode")?.replace(/^.*:/, "") ?? "no response code";
  return codeFault(code, textAt(fault, "faultstring"), backOff(fault), about);
}

/** Milliseconds that Exchange asks to wait (`<t:Value Name="BackOffMilliseconds">` in MessageXml), if it does. */
function backOff(from: Element): number | undefined {
  const values = anywhere(from, "MessageXml")?.children ?? [];
  const text = values.find((value) => value.attributes["Name"] === "BackOffMilliseconds")?.text;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The response messages of an answer, one for each thing that was asked for, whatever became of it. */
export function responsesOf(answer: Element, about: string): Element[] {
  const responses = at(answer, "ResponseMessages")?.children ?? [];
  if (responses.length > 0) return responses;
  throw new Fault("UNEXPECTED", `${about}: Exchange answered <${answer.name}> without a response message.`);
}

/** `NoError`, `ErrorItemNotFound` ... of one response message. */
export function codeOf(response: Element): string {
  return textAt(response, "ResponseCode") ?? "no response code";
}

/** Passes a response message on unless it is an error (a warning is not). @throws Fault */
export function succeeded(response: Element, about: string): Element {
  if (response.attributes["ResponseClass"] !== "Error") return response;
  throw codeFault(codeOf(response), textAt(response, "MessageText"), backOff(response), about);
}

/** The one response message of an operation that asks for one thing. @throws Fault when it is an error */
export function onlyResponse(answer: Element, about: string): Element {
  const [response] = responsesOf(answer, about);
  if (response === undefined) throw new Fault("UNEXPECTED", `${about}: no response message.`);
  return succeeded(response, about);
}
