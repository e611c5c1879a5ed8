import type { Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import { oneOf, size, toggle, type ParameterType } from "./parameter.ts";
import { recipientOf, objectOf } from "./identity.ts";
import { queryRecipients } from "./recipient.ts";
import { signatureOf } from "./signature/all.ts";
import type { Recipient, Row } from "../store.ts";

const holders = ["UserMailbox", "SharedMailbox", "MailUser", "MailContact"] as const;

/** Every budget may be `Unlimited`. */
const budgets: Record<string, ParameterType> = Object.fromEntries(
  Object.entries(signatureOf("New-ThrottlingPolicy").parameters)
    .filter(([, { kind }]) => kind === "number" || kind === "size")
    .map(([name]) => [name, size]),
);

/** Budgets of Exchange 2013 and later; those without a number here are unlimited. */
const normal: Row = {
  EWSMaxConcurrency: "27",
  EwsMaxBurst: "300000",
  EwsRechargeRate: "900000",
  EwsCutoffBalance: "3000000",
  EWSMaxSubscriptions: "5000",
  PowerShellMaxConcurrency: "18",
  PowerShellMaxTenantConcurrency: "9",
  OWAMaxConcurrency: "20",
  RCAMaxConcurrency: "40",
  EASMaxConcurrency: "10",
  IMAPMaxConcurrency: "20",
  POPMaxConcurrency: "20",
  AnonymousMaxConcurrency: "1",
  MessageRateLimit: "Unlimited",
  RecipientRateLimit: "Unlimited",
};

export const throttlingPolicy: Cmdlet[] = [
  ...cmdletsOf({
    noun: "ThrottlingPolicy",
    types: {
      ...budgets,
      IsServiceAccount: toggle,
      ThrottlingPolicyScope: oneOf("Regular", "Organization", "Global"),
    },
    defaults: {
      ...Object.fromEntries(Object.keys(budgets).map((name) => [name, "Unlimited"])),
      ...normal,
      IsServiceAccount: false,
      ThrottlingPolicyScope: "Regular",
    },
    builtIn: () => [{ Name: "GlobalThrottlingPolicy_b9c1c9d7", ThrottlingPolicyScope: "Global" }],
    settle: (_call, next, before) => {
      if (!before && next["ThrottlingPolicyScope"] === "Global")
        throw invalid(
          "The value Global of the ThrottlingPolicyScope parameter is reserved for the built-in policy.",
        );
    },
    beforeRemove: (call, row) => {
      if (row["ThrottlingPolicyScope"] === "Global")
        throw invalid("The global throttling policy can't be removed.");
      const user = [...call.side.recipients.values()].find(
        ({ other }) => other["ThrottlingPolicy"] === row["Name"],
      );
      if (user && call.parameters["Force"] !== true)
        throw invalid(
          `The throttling policy '${String(row["Name"])}' can't be removed because it's associated with '${user.name}'.`,
        );
    },
  }),
  {
    name: "Get-ThrottlingPolicyAssociation",
    run: (call) => {
      const policy = call.parameters["ThrottlingPolicy"];
      const wanted =
        policy === undefined || policy === null
          ? undefined
          : objectOf(call.side, "ThrottlingPolicy", policy)["Name"];
      return queryRecipients(call, holders, (_side, recipient) => association(recipient)).filter(
        (row) => wanted === undefined || row["ThrottlingPolicyId"] === wanted,
      );
    },
  },
  {
    name: "Set-ThrottlingPolicyAssociation",
    run: (call) => {
      const recipient = recipientOf(call.side, call.parameters["Identity"], holders);
      const policy = call.parameters["ThrottlingPolicy"];
      const name =
        policy === undefined || policy === null
          ? null
          : objectOf(call.side, "ThrottlingPolicy", policy)["Name"];
      if (call.parameters["WhatIf"] !== true) recipient.other["ThrottlingPolicy"] = name;
      return [];
    },
  },
];

function association({ name, guid, other }: Recipient): Row {
  return {
    Identity: name,
    ObjectId: name,
    Guid: guid,
    ThrottlingPolicyId: other["ThrottlingPolicy"] ?? null,
  };
}
