import { Fault } from "./fault.ts";

/** Where references of the settings lead: `${env:NAME}` and `${file:path}`. */
export interface ReferenceSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Text of a file. @throws when it cannot be read */
  readFile: (path: string) => string;
}

/**
 * A copy in which every reference is replaced by what it stands for now; a file loses its last line break.
 * @throws Fault BAD_SETTINGS naming everything that leads nowhere, never a value
 */
export function resolve<T>(value: T, sources: ReferenceSources): T {
  const missing: string[] = [];
  const visit = (node: unknown, path: string): unknown => {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, `${path}[${index}]`));
    if (typeof node === "object" && node !== null)
      return Object.fromEntries(
        Object.entries(node).map(([key, item]) => [key, visit(item, path === "" ? key : `${path}.${key}`)]),
      );
    if (typeof node !== "string") return node;
    return node.replaceAll(/\$\{(env|file|config):([^}]+)\}/g, (_, kind: string, name: string) => {
      const found = look(kind, name, sources);
      if ("why" in found) missing.push(`${path}: ${found.why}`);
      return "why" in found ? "" : found.value;
    });
  };
  const resolved = visit(value, "");
  if (missing.length > 0)
    throw new Fault("BAD_SETTINGS", `Settings refer to what is not there: ${missing.join("; ")}.`);
  return resolved as T;
}

function look(kind: string, name: string, sources: ReferenceSources): { value: string } | { why: string } {
  if (kind === "config")
    return { why: `\${config:${name}} exists only for Pulumi; give the daemon \${env:...} or \${file:...}` };
  if (kind === "env") {
    const value = sources.env[name];
    return value ? { value } : { why: `set the environment variable ${name} of the daemon` };
  }
  try {
    return { value: sources.readFile(name).replace(/\r?\n$/, "") };
  } catch (error) {
    return { why: `the file ${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"})` };
  }
}
