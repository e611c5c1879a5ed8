import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { Fault } from "./fault.ts";
import type { Settings } from "../stacks/config/types.ts";

/** Judges settings: every problem with its path, or none. */
export type SettingsCheck = (value: unknown) => string[];

/** A check against `#/$defs/Settings` of the configuration's schema, plus what this version of the daemon can serve. */
export function settingsCheck(schema: object): SettingsCheck {
  const ajv = new Ajv2020({ allErrors: true, discriminator: true, allowUnionTypes: true, verbose: true });
  ajv.addVocabulary(["secret", "patternErrorMessage", "side", "tsType"]);
  ajv.addSchema(schema, "config");
  const validate = ajv.getSchema("config#/$defs/Settings");
  if (validate === undefined)
    throw new Fault("UNEXPECTED", "The configuration's schema defines no Settings.");
  return (value) => (validate(value) ? unserved(value as Settings) : mistakes(validate.errors ?? []));
}

/** Settings that are well-formed, but that this version has no part for. */
function unserved({ intake = [], mailboxes, organization }: Settings): string[] {
  const problems: string[] = [];
  for (const [index, way] of [intake].flat().entries()) {
    const path = Array.isArray(intake) ? `intake.${index}` : "intake";
    const side = way.via === "mailbox" && way.read === "ews" ? "onPremises" : "online";
    if (way.via === "mailbox" && mailboxes[side] === undefined)
      problems.push(`${path}.read: ${way.read} needs mailboxes.${side}, which is missing`);
    if (way.via === "mailbox" && way.read === "ews" && way.webhook !== undefined)
      problems.push(`${path}.webhook: needs read: graph; EWS tells of new mail by itself`);
    if (way.via === "connector" && (way.tenantId ?? organization.tenantId) === undefined)
      problems.push(`${path}.tenantId: is missing; without it nobody could prove to be your organization`);
  }
  if (mailboxes.onPremises === undefined && mailboxes.online === undefined)
    problems.push("mailboxes: neither onPremises nor online says how mailboxes are reached");
  return problems;
}

/** Of an `if`, the branch that was taken says what is wrong. */
function mistakes(errors: ErrorObject[]): string[] {
  return errors.filter(({ keyword }) => keyword !== "if").map(told);
}

function told({ instancePath, message, keyword, params, parentSchema }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll("/", ".") || "settings";
  const right = (parentSchema as { patternErrorMessage?: string } | undefined)?.patternErrorMessage;
  if (keyword === "additionalProperties")
    return `${path}: has no key '${String(params["additionalProperty"])}'`;
  if (keyword === "enum")
    return `${path}: must be one of ${(params["allowedValues"] as unknown[]).join(", ")}`;
  return `${path}: ${right === undefined ? (message ?? "is not right") : `must be ${right}`}`;
}
