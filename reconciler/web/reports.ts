import { Ajv, type JSONSchemaType } from "ajv";
import type { ReportKind } from "../queue/port.ts";

/** What `siu doctor` found: its checklist and findings. docs/doctor.md explains the words. */
export interface DoctorReport {
  stack: string;
  healthy: boolean;
  steps: { part: string; title: string; state: "ok" | "error" | "skipped"; causes: string[] }[];
  findings: { code: string; severity: "error" | "warning" | "note"; message: string }[];
}

/** The places that a message comes through, in their order. */
export const hops = [
  "sender",
  "rule",
  "outbound",
  "relay",
  "return",
  "intake",
  "daemon",
  "sentItems",
] as const;

export type Hop = (typeof hops)[number];

/** How far a message came that `siu probe` sent. Hops that nobody could look at may be missing. */
export interface ProbeReport {
  stack: string;
  hops: { hop: Hop; state: "ok" | "error" | "skipped"; text: string }[];
}

const words = { type: "string", maxLength: 10_000 } as const;
const state = { type: "string", enum: ["ok", "error", "skipped"] } as const;

// Further properties are let through and passed over: a newer doctor may tell more.
const doctor: JSONSchemaType<DoctorReport> = {
  type: "object",
  required: ["stack", "healthy", "steps", "findings"],
  properties: {
    stack: words,
    healthy: { type: "boolean" },
    steps: {
      type: "array",
      maxItems: 500,
      items: {
        type: "object",
        required: ["part", "title", "state", "causes"],
        properties: {
          part: words,
          title: words,
          state,
          causes: { type: "array", maxItems: 500, items: words },
        },
      },
    },
    findings: {
      type: "array",
      maxItems: 500,
      items: {
        type: "object",
        required: ["code", "severity", "message"],
        properties: {
          code: words,
          severity: { type: "string", enum: ["error", "warning", "note"] },
          message: words,
        },
      },
    },
  },
};

const probe: JSONSchemaType<ProbeReport> = {
  type: "object",
  required: ["stack", "hops"],
  properties: {
    stack: words,
    hops: {
      type: "array",
      maxItems: 50,
      items: {
        type: "object",
        required: ["hop", "state", "text"],
        properties: { hop: { type: "string", enum: hops }, state, text: words },
      },
    },
  },
};

const ajv = new Ajv({ allErrors: true });
const checks = { doctor: ajv.compile(doctor), probe: ajv.compile(probe) };

/** What is wrong with a report of a kind, a sentence each; empty when it can be shown. */
export function reportProblems(kind: ReportKind, report: unknown): string[] {
  const check = checks[kind];
  return check(report)
    ? []
    : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
}
