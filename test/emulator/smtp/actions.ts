import type { Recipient, Row } from "../store.ts";
import type { Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { attributeOf, managerOf } from "./recipient-conditions.ts";
import { flag, list, named, text } from "./rows.ts";

/** What rules want done with one fork of a message. */
export interface Actions {
  /** Names of the rules that matched, in order. */
  matched: string[];
  /** Outbound connector that all recipients of this fork go through. */
  connector?: string;
  /** Recipients who are added, and where the header names them. */
  added: { to: string[]; cc: string[]; bcc: string[] };
  setHeaders: { name: string; value: string }[];
  removeHeaders: string[];
  subjectPrefix: string;
  disclaimers: Disclaimer[];
  requireTls: boolean;
  /** The answer for the sender's non-delivery report. */
  reject?: string;
  /** Why the message goes no further, and its sender hears nothing. */
  drop?: string;
}

/** A text that a rule writes into a message, and what happens where that cannot be done. */
export interface Disclaimer {
  html: string;
  place: "start" | "end";
  fallback: "Wrap" | "Ignore" | "Reject";
}

/** What actions are judged against. */
export interface ActionSetting {
  directory: Directory;
  connectors: Row[];
}

/** No actions. */
export function nothing(): Actions {
  return {
    matched: [],
    added: { to: [], cc: [], bcc: [] },
    setHeaders: [],
    removeHeaders: [],
    subjectPrefix: "",
    disclaimers: [],
    requireTls: false,
  };
}

/** The actions so far and those of one rule more. @throws Error for a connector that is not there */
export function extended(setting: ActionSetting, rule: Row, before: Actions, facts: Facts): Actions {
  const connector = connectorOf(setting, rule);
  const rejection = rejectionOf(rule);
  const removed = text(rule, "RemoveHeader");
  const drop = flag(rule, "DeleteMessage")
    ? "A transport rule deleted the message"
    : flag(rule, "Quarantine")
      ? "A transport rule put the message into quarantine"
      : undefined;
  const disclaimer = disclaimerOf(setting.directory, rule, facts);
  return {
    ...before,
    ...(connector === undefined ? {} : { connector }),
    ...(rejection === undefined ? {} : { reject: rejection }),
    ...(drop === undefined ? {} : { drop }),
    matched: [...before.matched, text(rule, "Name") ?? ""],
    added: addedBy(setting.directory, rule, before.added, facts),
    setHeaders: [...before.setHeaders, ...headersOf(rule)],
    removeHeaders: removed === undefined ? before.removeHeaders : [...before.removeHeaders, removed],
    subjectPrefix: (text(rule, "PrependSubject") ?? "") + before.subjectPrefix,
    disclaimers: disclaimer === undefined ? before.disclaimers : [...before.disclaimers, disclaimer],
    requireTls: before.requireTls || flag(rule, "RouteMessageOutboundRequireTls"),
  };
}

/** Who gets the message instead of the recipients whom a rule matched; undefined when it redirects nothing. */
export function redirected(directory: Directory, rule: Row, facts: Facts): string[] | undefined {
  const to = list(rule, "RedirectMessageTo").map((each) => addressOf(directory, each));
  const manager = text(rule, "AddManagerAsRecipientType") === "Redirect" ? managersOf(directory, facts) : [];
  const all = [...to, ...manager];
  return all.length === 0 ? undefined : all;
}

function connectorOf({ connectors }: ActionSetting, rule: Row): string | undefined {
  const connector = text(rule, "RouteMessageOutboundConnector");
  if (connector !== undefined && !connectors.some((row) => flag(row, "Enabled") && named(row, connector)))
    throw new Error(`Outbound connector '${connector}' does not exist, or is turned off.`);
  return connector;
}

function rejectionOf(rule: Row): string | undefined {
  const [reason, code] = [
    text(rule, "RejectMessageReasonText"),
    text(rule, "RejectMessageEnhancedStatusCode"),
  ];
  if (reason === undefined && code === undefined) return undefined;
  const why = reason ?? "Delivery not authorized, message refused";
  return `550 ${code ?? "5.7.1"} TRANSPORT.RULES.RejectMessage; ${why}`;
}

function addedBy(directory: Directory, rule: Row, before: Actions["added"], facts: Facts): Actions["added"] {
  const named = (property: string): string[] =>
    list(rule, property).map((each) => addressOf(directory, each));
  const kind = text(rule, "AddManagerAsRecipientType");
  const manager = (wanted: string): string[] => (kind === wanted ? managersOf(directory, facts) : []);
  return {
    to: [...before.to, ...named("AddToRecipients"), ...manager("To")],
    cc: [...before.cc, ...named("CopyTo"), ...manager("Cc")],
    bcc: [...before.bcc, ...named("BlindCopyTo"), ...manager("Bcc")],
  };
}

function headersOf(rule: Row): Actions["setHeaders"] {
  const [header, scl, classification] = ["SetHeaderName", "SetSCL", "ApplyClassification"].map((name) =>
    text(rule, name),
  );
  return [
    ...(header === undefined ? [] : [{ name: header, value: text(rule, "SetHeaderValue") ?? "" }]),
    ...(scl === undefined ? [] : [{ name: "X-MS-Exchange-Organization-SCL", value: scl }]),
    ...(classification === undefined
      ? []
      : [{ name: "X-MS-Exchange-Organization-Classification", value: classification }]),
  ];
}

/** The text with what the directory says of the sender in place of `%%Attribute%%`. */
function disclaimerOf(directory: Directory, rule: Row, facts: Facts): Disclaimer | undefined {
  const html = text(rule, "ApplyHtmlDisclaimerText");
  if (html === undefined) return undefined;
  const [sender] = sendersOf(directory, facts);
  const fallback = text(rule, "ApplyHtmlDisclaimerFallbackAction");
  return {
    html: html.replaceAll(/%%(\w+)%%/g, (_whole, attribute: string) => attributeOf(sender, attribute)),
    place: text(rule, "ApplyHtmlDisclaimerLocation") === "Prepend" ? "start" : "end",
    fallback: fallback === "Ignore" || fallback === "Reject" ? fallback : "Wrap",
  };
}

function managersOf(directory: Directory, facts: Facts): string[] {
  return sendersOf(directory, facts).flatMap((each) => managerOf(directory, each)?.primarySmtpAddress ?? []);
}

function sendersOf(directory: Directory, { headerSenders, envelopeSender }: Facts): Recipient[] {
  const [sender = envelopeSender] = headerSenders;
  return [directory.find(sender)].filter((each) => each !== undefined);
}

function addressOf(directory: Directory, identity: string): string {
  return directory.resolve(identity)?.primarySmtpAddress ?? identity;
}
