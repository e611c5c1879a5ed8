import { offsetOf } from "./time-zones.ts";

/** What a request's headers DateTimePrecision and TimeZoneContext ask for. */
export interface TimeForm {
  milliseconds?: boolean;
  /** A time zone's id; UTC unless told. */
  zone?: string;
}

/** `2026-11-22T10:00:00Z`, or with milliseconds, or as `2026-11-22T02:00:00-08:00` where a client asks for that. */
export function dateTime(milliseconds: number, { milliseconds: fine = false, zone }: TimeForm = {}): string {
  const offset = zone === undefined ? undefined : offsetOf(zone, milliseconds);
  const local = new Date(milliseconds + (offset?.minutes ?? 0) * 60_000).toISOString().slice(0, -1);
  return `${fine ? local : local.replace(/\.\d{3}$/, "")}${offset?.text ?? "Z"}`;
}

/** Milliseconds of an `xs:dateTime`, or undefined when it is none. Without a zone it is taken as UTC. */
export function readDateTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  const time = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}
