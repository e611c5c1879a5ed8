import { rows, type Row } from "../store.ts";
import { unsupportedActions, unsupportedConditions } from "../smtp/unsupported.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { enablementOf } from "./enablement.ts";
import { badArgument, invalid } from "./fault.ts";
import { isStaticGroup } from "./group-members.ts";
import { matchingRecipients, objectOf, recipientOf } from "./identity.ts";
import { cmdletsOf } from "./noun.ts";
import { date, each, oneOf } from "./parameter.ts";
import {
  actions,
  addressees,
  groups,
  attributeTests,
  className,
  pairs,
  retired,
  isSet,
  patterns,
  people,
  predicates,
} from "./transport-rule-predicates.ts";
import { texts } from "./values.ts";

export const transportRule: Cmdlet[] = [
  ...cmdletsOf({
    noun: "TransportRule",
    types: {
      ...predicates,
      ...actions,
      ...each("ActivationDate ExpiryDate", date),
      SetAuditSeverity: { ...oneOf("DoNotAudit", "Low", "Medium", "High"), nullable: true },
    },
    unstored: ["Enabled"],
    defaults: {
      ...Object.fromEntries(
        [...Object.keys({ ...predicates, ...actions }), ...retired].map((name) => [name, null]),
      ),
      // What is true or false says false; everything else that nobody asked for says nothing.
      ...Object.fromEntries(
        Object.entries({ ...predicates, ...actions })
          .filter(([, { kind }]) => kind === "flag")
          .map(([name]) => [name, false]),
      ),
      ManuallyModified: false,
      State: "Enabled",
      Mode: "Enforce",
      Comments: null,
      DlpPolicy: null,
      ActivationDate: null,
      ExpiryDate: null,
      RecipientAddressType: "Resolved",
      RuleErrorAction: "Ignore",
      SenderAddressLocation: "Header",
      StopRuleProcessing: false,
      SetAuditSeverity: null,
      UseLegacyRegex: false,
      RuleSubType: "None",
      RuleVersion: "14.0.0.0",
    },
    settle,
    afterCreate: (call, row) => {
      place(call, row, typeof row["Priority"] === "number" ? row["Priority"] : undefined);
      warnOfUnsupported(call, row);
    },
    afterSet: (call, row) => {
      if (call.parameters["Priority"] !== undefined) place(call, row, Number(row["Priority"]));
      warnOfUnsupported(call, row);
    },
    afterRemove: (call) => {
      for (const [priority, rule] of ordered(call).entries()) rule["Priority"] = priority;
    },
    select: (call, found) => {
      const { State: state } = call.parameters;
      return found.filter((row) => state === undefined || row["State"] === state).toSorted(byPriority);
    },
  }),
  ...enablementOf(
    "TransportRule",
    ({ parameters }) => ({ State: "Enabled", ...(parameters["Mode"] ? { Mode: parameters["Mode"] } : {}) }),
    () => ({ State: "Disabled" }),
  ),
];

/** A real server would do it: whoever tries out a rule here has to know that it does nothing. */
function warnOfUnsupported(call: Call, row: Row): void {
  const names = [...unsupportedConditions(row), ...unsupportedActions(row)];
  if (names.length === 0) return;
  call.warn(
    `The embedded Exchange does not know how to do ${names.join(", ")}: rule '${String(row["Name"])}' fails, and its RuleErrorAction (${String(row["RuleErrorAction"])}) decides what becomes of messages.`,
  );
}

function settle(call: Call, next: Row, before: Row | undefined): void {
  if (!before && call.parameters["Enabled"] === false) next["State"] = "Disabled";
  for (const [name, value] of Object.entries(next)) {
    // A cleared collection reads back as null, like a condition that was never set.
    if ((Array.isArray(value) && value.length === 0) || (value === "" && name !== "Comments"))
      next[name] = null;
  }
  for (const name of withExceptions(people)) next[name] = addresses(call, next[name], false);
  for (const name of addressees) next[name] = addresses(call, next[name], false);
  for (const name of withExceptions(groups)) next[name] = addresses(call, next[name], true);
  for (const name of withExceptions(patterns))
    for (const each of texts(next[name])) refuseBadPattern(name, each);
  for (const name of attributeTests) {
    const strange = texts(next[name]).find((each) => !/^[A-Za-z]\w*:./.test(each));
    if (strange !== undefined)
      throw badArgument(
        `The value '${strange}' of the ${name} parameter isn't valid. Use the format Attribute:value.`,
      );
  }
  for (const [name, value] of Object.entries(next)) {
    if (name in predicates && value === null && predicates[name]?.kind === "flag") next[name] = false;
  }
  for (const [header, condition] of pairs) {
    if (isSet(next[header]) === isSet(next[condition])) continue;
    throw badArgument(`The parameters ${header} and ${condition} must be used together.`);
  }
  completeActions(call, next);
  const connector = next["RouteMessageOutboundConnector"];
  if (isSet(connector))
    next["RouteMessageOutboundConnector"] = objectOf(call.side, "OutboundConnector", connector)["Name"];
  if (
    ![...Object.keys(actions), "StopRuleProcessing", "SetAuditSeverity"].some((name) => isSet(next[name]))
  ) {
    throw invalid("The transport rule must have at least one action.");
  }
  const last = rows(call.side, "TransportRule").length - (before ? 1 : 0);
  const priority = next["Priority"];
  if (typeof priority === "number" && (priority < 0 || priority > last)) {
    throw badArgument(
      `The value '${priority}' of the Priority parameter isn't valid. It must be between 0 and ${last}.`,
    );
  }
  const conditions = Object.keys(predicates).filter((name) => isSet(next[name]));
  const done = Object.keys(actions).filter((name) => isSet(next[name]));
  const exceptions = conditions.filter((name) => name.startsWith("ExceptIf"));
  const listed = (names: string[]): string[] => [...new Set(names.map(className))];
  next["Conditions"] = listed(conditions.filter((name) => !exceptions.includes(name)));
  next["Exceptions"] = listed(exceptions);
  next["Actions"] = listed(done);
  next["Description"] = description(
    next,
    conditions.filter((name) => !exceptions.includes(name)),
    done,
    exceptions,
  );
}

/** What belongs to an action and was left out, as Exchange fills it in. @throws CmdletError for what it does not take */
function completeActions(call: Call, next: Row): void {
  if (isSet(next["ApplyHtmlDisclaimerText"])) {
    next["ApplyHtmlDisclaimerLocation"] ??= "Append";
    next["ApplyHtmlDisclaimerFallbackAction"] ??= "Wrap";
  }
  const [reason, code] = ["RejectMessageReasonText", "RejectMessageEnhancedStatusCode"] as const;
  if (isSet(next[reason]) || isSet(next[code])) {
    next[reason] ??= "Delivery not authorized, message refused";
    next[code] ??= "5.7.1";
    if (!/^5\.7\.(1|9\d\d)$/.test(String(next[code])))
      throw badArgument(
        `The value '${String(next[code])}' of the ${code} parameter isn't valid. Use 5.7.1, or a value from 5.7.900 to 5.7.999.`,
      );
  }
  if (isSet(next["SmtpRejectMessageRejectText"]) || isSet(next["SmtpRejectMessageRejectStatusCode"])) {
    next["SmtpRejectMessageRejectText"] ??= "Delivery not authorized, message refused";
    next["SmtpRejectMessageRejectStatusCode"] ??= "550";
  }
  if (isSet(next["SetHeaderName"]) !== isSet(next["SetHeaderValue"]))
    throw badArgument("The parameters SetHeaderName and SetHeaderValue must be used together.");
  if (isSet(next["GenerateIncidentReport"])) {
    next["GenerateIncidentReport"] = addresses(call, next["GenerateIncidentReport"], false)?.[0] ?? null;
    next["IncidentReportContent"] ??= ["Sender", "Recipients", "Subject"];
  }
  const notify = next["NotifySender"];
  if (typeof notify === "string" && notify !== "NotifyOnly" && !isSet(next[reason]))
    next[reason] = "Delivery not authorized, message refused";
  for (const name of ["SetSCL", ...withExceptions(["SCLOver"])]) {
    const level = next[name];
    if (typeof level === "number" && (level < -1 || level > 9))
      throw badArgument(
        `The value '${level}' of the ${name} parameter isn't valid. It must be between -1 and 9.`,
      );
  }
  for (const name of headerNames) {
    const header = next[name];
    if (isSet(header) && !/^[!-9;-~]{1,64}$/.test(String(header)))
      throw badArgument(`The value '${String(header)}' of the ${name} parameter isn't a valid header name.`);
  }
  // Rules of data loss prevention went to Purview; servers of one's own still have them.
  if (call.side.name === "online" && call.parameters["DlpPolicy"])
    throw invalid(
      "Data loss prevention in mail flow rules is retired. Use the Microsoft Purview compliance portal instead.",
    );
}

const headerNames = [
  "SetHeaderName",
  "RemoveHeader",
  ...withExceptions(["HeaderContainsMessageHeader", "HeaderMatchesMessageHeader"]),
];

function description(row: Row, conditions: string[], done: string[], exceptions: string[]): string {
  const part = (title: string, names: string[]): string => {
    const lines = names.map(
      (name) =>
        `\t${name}: ${texts(row[name])
          .map((each) => `'${each}'`)
          .join(" or ")}\r\n`,
    );
    return lines.length === 0 ? "" : `${title}:\r\n${lines.join("")}`;
  };
  return `${part("If the message", conditions)}${part("Take the following actions", done)}${part("Except if the message", exceptions)}`;
}

/** Puts a rule at a priority (the last one when undefined); the rules after it move down. */
function place(call: Call, row: Row, priority: number | undefined): void {
  const others = ordered(call).filter((rule) => rule !== row);
  others.splice(priority ?? others.length, 0, row);
  for (const [index, rule] of others.entries()) rule["Priority"] = index;
}

function ordered(call: Call): Row[] {
  return rows(call.side, "TransportRule").toSorted(byPriority);
}

function byPriority(one: Row, other: Row): number {
  return Number(one["Priority"]) - Number(other["Priority"]);
}

function withExceptions(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, `ExceptIf${name}`]);
}

/** Recipients come back by their primary address, however they were named. @throws CmdletError for nobody. */
function addresses(call: Call, value: unknown, groupsOnly: boolean): string[] | null {
  if (!isSet(value)) return null;
  return texts(value).map((identity) => {
    if (groupsOnly) return recipientOf(call.side, identity, isStaticGroup).primarySmtpAddress;
    const isAddress = /^[^@\s]+@[^@\s]+$/.test(identity);
    if (isAddress && matchingRecipients(call.side, identity).length === 0) return identity;
    return recipientOf(call.side, identity).primarySmtpAddress;
  });
}

function refuseBadPattern(name: string, pattern: string): void {
  try {
    RegExp(pattern, "u");
  } catch (error) {
    throw badArgument(
      `The value of the ${name} parameter isn't a valid regular expression: '${pattern}'. ${String(error)}`,
    );
  }
}
