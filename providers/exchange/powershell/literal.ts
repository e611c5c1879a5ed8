import { Fault } from "../errors.ts";
import type { Parameter, Parameters, Table } from "../port.ts";

/**
 * Values as PowerShell source. What is written is printable ASCII on one line, whatever the value: a verbatim string takes nothing for
 * an expansion, and anything that it could not hold as it is (line ends, letters beyond ASCII, the typographic quotes that PowerShell
 * takes for its own) travels as base64. about_Quoting_Rules; the language specification, 2.3.5.2.
 */

/**
 * One cmdlet with its parameters (about_Splatting), as statements; more can be written after it.
 * `into` is a variable that takes what it writes. @throws Fault REJECTED for a name or value that PowerShell has no form for
 */
export function command(cmdlet: string, parameters: Parameters, into?: "$global:siuSession"): string {
  if (!/^[A-Za-z]+-[A-Za-z0-9]+$/.test(cmdlet)) throw new Fault("REJECTED", `'${cmdlet}' is no cmdlet.`);
  const given = Object.entries(parameters).map(([name, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name))
      throw new Fault("REJECTED", `${cmdlet}: '${name}' is no parameter.`);
    return `${name} = ${literal(value, `${cmdlet} -${name}`)}`;
  });
  return `$siu = @{ ${given.join("; ")} }; ${into === undefined ? "" : `${into} = `}${cmdlet} @siu`;
}

/** A value; `what` names it for the operator. @throws Fault REJECTED for text that is no Unicode, and numbers that are none */
export function literal(value: Parameter, what: string): string {
  if (value === null) return "$null";
  if (typeof value === "boolean") return value ? "$true" : "$false";
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Fault("REJECTED", `${what} is no number.`);
    return `(${value})`;
  }
  if (typeof value === "string") return text(value, what);
  const items = value.map((each) => (typeof each === "string" ? text(each, what) : hashtable(each, what)));
  return `@(${items.join(",")})`;
}

function hashtable(table: Table, what: string): string {
  const entries = Object.entries(table).map(([key, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(key))
      throw new Fault("REJECTED", `${what} has a key that is no name.`);
    return `${key} = ${literal(value, what)}`;
  });
  return `@{ ${entries.join("; ")} }`;
}

/** Text that no process of this machine sees in an argument, and no reader of the source at a glance. */
export function text(value: string, what: string): string {
  if (/^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  if (!value.isWellFormed()) throw new Fault("REJECTED", `${what} is text with half a character in it.`);
  return `([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(value, "utf8").toString("base64")}')))`;
}

/** Source of several lines as one statement that runs in the session's own scope. */
export function sourced(script: string): string {
  return `. ([scriptblock]::Create(${text(script, "The session's functions")}))`;
}
