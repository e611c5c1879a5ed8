import { X509Certificate } from "node:crypto";
import { Ajv, type ValidateFunction } from "ajv";
import type { Redirect } from "../autodiscover/redirect.ts";
import { faultFailures, faultProtocols, type RequestedFault } from "../faults.ts";
import { lifecycleEvents, type LifecycleEvent } from "../graph/notifications/notification.ts";
import type { Settings } from "../organization.ts";
import { extendedProtections } from "../sign-in/channel-binding.ts";
import type { Application, FederatedCredential } from "../store.ts";

const text = { type: "string", minLength: 1 } as const;
const ajv = new Ajv({ allErrors: true });
const fault = record(["protocol", "failure"], {
  protocol: { enum: faultProtocols },
  side: { enum: ["onPremises", "online"] },
  operation: text,
  mailbox: text,
  failure: { enum: faultFailures },
  times: { type: "integer", minimum: 1 },
  rate: { type: "number", exclusiveMinimum: 0, maximum: 1 },
  retryAfter: { type: "number", minimum: 0 },
  delay: { type: "integer", minimum: 0, maximum: 600_000 },
  bytes: { type: "integer", minimum: 1 },
});
const faults = ajv.compile<RequestedFault | RequestedFault[]>({
  if: { type: "array" },
  // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
  then: { type: "array", items: fault, minItems: 1 },
  else: fault,
});
const redirect = ajv.compile<{ for: string; to: Redirect }>(
  record(["for", "to"], {
    for: text,
    to: {
      type: "object",
      additionalProperties: false,
      properties: { address: text, url: text, http: text },
      minProperties: 1,
      maxProperties: 1,
    },
  }),
);
const credential = ajv.compile<Credential>({
  ...record([], {
    appId: text,
    certificate: text,
    federated: record(["issuer", "subject", "audience", "keys"], {
      issuer: text,
      subject: text,
      audience: text,
      keys: { type: "array", items: { type: "object" }, minItems: 1 },
    }),
  }),
  anyOf: [{ required: ["certificate"] }, { required: ["federated"] }],
});

const count = { type: "integer", minimum: 1 } as const;
const settings = ajv.compile<Partial<SettingsOnTheWire>>({
  ...record([], {
    mailAdvancedFrom: text,
    ewsRetired: { anyOf: [text, { type: "null" }] },
    tokenLifetime: { type: "integer", minimum: 1000, maximum: 86_400_000 },
    permissionCache: { type: "integer", minimum: 0, maximum: 86_400_000 },
    adminLimits: {
      ...record(["atOnce", "cmdlets", "milliseconds"], {
        atOnce: count,
        cmdlets: count,
        milliseconds: count,
      }),
      type: ["object", "null"],
    },
    extendedProtection: { enum: extendedProtections },
  }),
  minProperties: 1,
});
const rights = ajv.compile<{ appId?: string } & Rights>({
  ...record([], {
    appId: text,
    directoryRoles: { type: "array", items: text },
    permissions: { type: "array", items: text },
  }),
  anyOf: [{ required: ["directoryRoles"] }, { required: ["permissions"] }],
});
const revocation = ajv.compile<{ appId?: string }>(record([], { appId: text }));
const lifecycle = ajv.compile<{ id: string; event: LifecycleEvent }>(
  record(["id", "event"], { id: text, event: { enum: lifecycleEvents } }),
);

/** A credential for the application (the only one unless named): a certificate, PEM, or whose assertions stand for it. */
export interface Credential {
  appId?: string;
  certificate?: string;
  federated?: FederatedCredential;
}

/** One fault or a list of them. @throws Error that says what is wrong */
export function readFaults(body: Buffer): RequestedFault[] {
  return [read(faults, body)].flat();
}

/** `{"for": address or domain, "to": {"address"|"url"|"http": ...}}` @throws Error that says what is wrong */
export function readRedirect(body: Buffer): { for: string; to: Redirect } {
  return read(redirect, body);
}

/** @throws Error that says what is wrong, also of a certificate that is none */
export function readCredential(body: Buffer): Credential {
  const given = read(credential, body);
  if (given.certificate !== undefined) void new X509Certificate(given.certificate);
  return given;
}

/** The settings as they are told and changed: times are written as ISO 8601. */
export type SettingsOnTheWire = Omit<Settings, Time> & {
  mailAdvancedFrom: string;
  ewsRetired: string | null;
};
type Time = "mailAdvancedFrom" | "ewsRetired";

/** What an application holds. */
export type Rights = Partial<Pick<Application, "directoryRoles" | "permissions">>;

/** Some of the settings: `{"mailAdvancedFrom": "2026-12-31T00:00:00Z", "tokenLifetime": milliseconds}`. @throws Error that says what is wrong */
export function readSettings(body: Buffer): Partial<Settings> {
  const { mailAdvancedFrom, ewsRetired, ...others } = read(settings, body);
  return {
    ...others,
    ...(mailAdvancedFrom === undefined
      ? {}
      : { mailAdvancedFrom: time("mailAdvancedFrom", mailAdvancedFrom) }),
    ...(ewsRetired === undefined
      ? {}
      : { ewsRetired: ewsRetired === null ? null : time("ewsRetired", ewsRetired) }),
  };
}

function time(name: Time, value: string): number {
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw new Error(`/${name} must be a time: ${value}`);
  return at;
}

/** `{"appId": ..., "directoryRoles": [...], "permissions": [...]}`, of which the last two replace what the application holds. @throws Error that says what is wrong */
export function readRights(body: Buffer): { appId?: string } & Rights {
  return read(rights, body);
}

/** `{"appId": ...}`, or `{}` for the only application. @throws Error that says what is wrong */
export function readRevocation(body: Buffer): { appId?: string } {
  return read(revocation, body);
}

/** `{"id": of a subscription, "event": "missed"}` @throws Error that says what is wrong */
export function readLifecycle(body: Buffer): { id: string; event: LifecycleEvent } {
  return read(lifecycle, body);
}

function read<Shape>(valid: ValidateFunction<Shape>, body: Buffer): Shape {
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new Error(`The body is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (valid(given)) return given;
  throw new Error((valid.errors ?? []).map(inWords).join("; "));
}

function inWords({
  instancePath,
  message = "",
  params,
}: NonNullable<ValidateFunction["errors"]>[number]): string {
  const extra = params["additionalProperty"] ?? params["allowedValues"];
  return `${instancePath || "/"} ${message}${extra === undefined ? "" : `: ${String(extra)}`}`;
}

function record(required: string[], properties: object): object {
  return { type: "object", additionalProperties: false, required, properties };
}
