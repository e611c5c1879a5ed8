import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { Fault } from "./fault.ts";
import type { SmtpIntakeOptions } from "./intake/smtp.ts";
import type { Settings } from "../stacks/config/types.ts";

/** Judges settings: every problem with its path, or none. */
export type SettingsCheck = (value: unknown) => string[];

/** A check against `#/$defs/Settings` of the configuration's schema, plus what this version of the daemon can serve. */
export function settingsCheck(schema: object): SettingsCheck {
  const ajv = new Ajv2020({ allErrors: true, discriminator: true, allowUnionTypes: true, verbose: true });
  ajv.addVocabulary(["secret", "patternErrorMessage"]);
  ajv.addSchema(schema, "config");
  const validate = ajv.getSchema("config#/$defs/Settings");
  if (validate === undefined)
    throw new Fault("UNEXPECTED", "The configuration's schema defines no Settings.");
  return (value) => (validate(value) ? unserved(value as Settings) : (validate.errors ?? []).map(told));
}

/** Settings that are well-formed, but that this version has no part for. */
function unserved({ intake, mailboxes, organization }: Settings): string[] {
  const problems: string[] = [];
  if (intake !== undefined && intake.via !== "connector")
    problems.push(`intake.via: '${intake.via}' is not served by this version; use connector`);
  if (intake?.via === "connector" && (intake.tenantId ?? organization.tenantId) === undefined)
    problems.push("intake.tenantId: is missing; without it nobody could prove to be your organization");
  if (mailboxes.onPremises === undefined && mailboxes.online === undefined)
    problems.push("mailboxes: neither onPremises nor online says how mailboxes are reached");
  return problems;
}

/** What the listener needs, out of settings whose references are resolved; undefined without an intake. @throws Fault BAD_SETTINGS */
export function smtpIntakeOptions(settings: Settings): SmtpIntakeOptions | undefined {
  const { intake, organization, processedHeader } = settings;
  if (intake?.via !== "connector") return undefined;
  const { host, key, certificate, certificateAuthority } = intake.listen;
  const port = Number(intake.listen.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Fault("BAD_SETTINGS", "intake.listen.port: is not a port (1 to 65535).");
  return {
    host,
    port,
    key,
    certificate,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    expected: {
      clientCertificateName: intake.clientCertificateName,
      address: intake.address,
      tenantId: intake.tenantId ?? organization.tenantId ?? "",
      processedHeader,
    },
  };
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
