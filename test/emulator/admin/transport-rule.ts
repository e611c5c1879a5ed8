import { rows, type Row } from "../store.ts";
import { bothSides, type Call, type Cmdlet } from "./cmdlet.ts";
import { badArgument, invalid } from "./fault.ts";
import { matchingRecipients, objectOf, recipientOf } from "./identity.ts";
import { cmdletsOf } from "./noun.ts";
import { changed } from "./object.ts";
import { date, each, flag, mandatory, number, oneOf, size, text, toggle } from "./parameter.ts";
import {
  actions,
  addressees,
  groups,
  headerPairs,
  isSet,
  patterns,
  people,
  predicates,
} from "./transport-rule-predicates.ts";

const mode = oneOf("Audit", "AuditAndNotify", "Enforce");
const switching = {
  Confirm: toggle,
  WhatIf: toggle,
  DomainController: { ...text, side: "onPremises" },
} as const;

export const transportRule: Cmdlet[] = [
  ...cmdletsOf({
    noun: "TransportRule",
    sides: bothSides,
    properties: {
      ...predicates,
      ...actions,
      ...each("ActivationDate ExpiryDate", date),
      ...each("Comments DlpPolicy", text),
      Mode: mode,
      Priority: number,
      RecipientAddressType: { ...oneOf("Original", "Resolved"), side: "online" },
      RuleErrorAction: oneOf("Ignore", "Defer"),
      SenderAddressLocation: oneOf("Header", "Envelope", "HeaderOrEnvelope"),
      StopRuleProcessing: flag,
      SetAuditSeverity: oneOf("DoNotAudit", "Low", "Medium", "High"),
    },
    create: { Enabled: flag, UseLegacyRegex: flag },
    unstored: ["Enabled"],
    get: {
      State: oneOf("Enabled", "Disabled"),
      DlpPolicy: text,
      Filter: text,
      ResultSize: size,
      ExcludeConditionActionDetails: { ...flag, side: "online" },
    },
    defaults: {
      ...Object.fromEntries(Object.keys({ ...predicates, ...actions }).map((name) => [name, null])),
      ...Object.fromEntries(
        Object.entries(actions)
          .filter(([, { kind }]) => kind === "flag")
          .map(([name]) => [name, false]),
      ),
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
    },
    afterSet: (call, row) => {
      if (call.parameters["Priority"] !== undefined) place(call, row, Number(row["Priority"]));
    },
    afterRemove: (call) => {
      for (const [priority, rule] of ordered(call).entries()) rule["Priority"] = priority;
    },
    select: (call, found) => {
      const { State: state, ResultSize: most } = call.parameters;
      const wanted = found.filter((row) => state === undefined || row["State"] === state);
      return wanted.toSorted(byPriority).slice(0, typeof most === "number" ? most : undefined);
    },
  }),
  {
    name: "Enable-TransportRule",
    sides: bothSides,
    parameters: { ...mandatory({ Identity: text }), Mode: mode, ...switching },
    run: (call) =>
      change(call, {
        State: "Enabled",
        ...(call.parameters["Mode"] ? { Mode: call.parameters["Mode"] } : {}),
      }),
  },
  {
    name: "Disable-TransportRule",
    sides: bothSides,
    parameters: { ...mandatory({ Identity: text }), ...switching },
    run: (call) => change(call, { State: "Disabled" }),
  },
];

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
    for (const each of values(next[name])) refuseBadPattern(name, each);
  for (const [header, condition] of headerPairs) {
    if (isSet(next[header]) === isSet(next[condition])) continue;
    throw badArgument(`The parameters ${header} and ${condition} must be used together.`);
  }
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
  next["Conditions"] = named(next, (name) => name in predicates && !name.startsWith("ExceptIf"));
  next["Exceptions"] = named(next, (name) => name in predicates && name.startsWith("ExceptIf"));
  next["Actions"] = named(next, (name) => name in actions);
  next["Description"] = description(next);
}

function named(row: Row, accept: (name: string) => boolean): string[] {
  return Object.keys(row).filter((name) => accept(name) && isSet(row[name]));
}

function description(row: Row): string {
  const part = (title: string, property: string): string => {
    const lines = values(row[property]).map(
      (name) =>
        `\t${name}: ${values(row[name])
          .map((each) => `'${each}'`)
          .join(" or ")}\r\n`,
    );
    return lines.length === 0 ? "" : `${title}:\r\n${lines.join("")}`;
  };
  return `${part("If the message", "Conditions")}${part("Take the following actions", "Actions")}${part("Except if the message", "Exceptions")}`;
}

function change(call: Call, properties: Row): Row[] {
  const row = objectOf(call.side, "TransportRule", call.parameters["Identity"]);
  if (call.parameters["WhatIf"] === true) return [];
  Object.assign(row, properties);
  changed(call.organization, row);
  return [];
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

function values(value: unknown): string[] {
  return value === null || value === undefined
    ? []
    : Array.isArray(value)
      ? value.map(String)
      : [String(value)];
}

/** Recipients come back by their primary address, however they were named. @throws CmdletError for nobody. */
function addresses(call: Call, value: unknown, groupsOnly: boolean): string[] | null {
  if (!isSet(value)) return null;
  return values(value).map((identity) => {
    if (groupsOnly)
      return recipientOf(call.side, identity, ["MailUniversalDistributionGroup"]).primarySmtpAddress;
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
