import type { Rule } from "../draft.ts";
import * as account from "./account.ts";
import * as advice from "./advice.ts";
import * as connections from "./connections.ts";
import * as intake from "./intake.ts";
import * as mailFlow from "./mail-flow.ts";
import { notYet } from "./not-yet.ts";
import * as senderScopes from "./sender-scopes.ts";
import * as senders from "./senders.ts";
import * as transportRules from "./transport-rules.ts";

/** Every rule across fields whose breach is a mistake, by name; docs/configuration.md lists them. */
export const rules: Readonly<Record<string, Rule>> = {
  ...connections,
  ...account,
  ...senders,
  ...senderScopes,
  ...mailFlow,
  ...transportRules,
  ...intake,
  notYet,
};

/** Every rule whose breach is worth a warning only, by name. */
export const warnings: Readonly<Record<string, Rule>> = { ...advice };
