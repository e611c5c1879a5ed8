import { pathText, type Path } from "./problem.ts";
import type { Config } from "./types.ts";

/** Where references lead: `${env:NAME}`, `${file:path}` and, in a Pulumi program, `${config:key}`. */
export interface ReferenceSources {
  env: Readonly<Record<string, string | undefined>>;
  /** Text of a file. @throws when it cannot be read */
  readFile: (path: string) => string;
  /** A value of Pulumi's configuration of the stack, undefined when it is not set. @throws Error that says why it cannot be read */
  config?: (key: string) => string | undefined;
}

/** References that lead nowhere, all at once: names and paths, never values. */
export class UnresolvedReferences extends Error {
  /** One sentence for each, starting with the path of the value. */
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super(["Some references of the configuration lead nowhere:", ...missing].join("\n"));
    this.name = "UnresolvedReferences";
    this.missing = missing;
  }
}

const reference = /\$\{(env|file|config):([^}]+)\}/g;

/**
 * A copy in which every reference in every text is replaced by what it stands for; a file loses its last line break.
 * What lies beneath a path that is to be kept stays as it is.
 * @throws UnresolvedReferences
 */
export function resolve<T>(value: T, sources: ReferenceSources, keep?: (path: Path) => boolean): T {
  const missing: string[] = [];
  const visit = (node: unknown, path: Path): unknown => {
    if (keep?.(path) === true) return node;
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (typeof node === "object" && node !== null)
      return Object.fromEntries(
        Object.entries(node).map(([key, item]) => [key, visit(item, [...path, key])]),
      );
    if (typeof node !== "string") return node;
    return node.replaceAll(reference, (_, kind: string, name: string) => {
      const found = look(kind, name, sources);
      if ("value" in found) return found.value;
      missing.push(`${pathText(path)}: ${found.why}`);
      return "";
    });
  };
  const resolved = visit(value, []);
  if (missing.length > 0) throw new UnresolvedReferences(missing);
  return resolved as T;
}

/**
 * A configuration in which names, addresses and domains are known, as Exchange's objects need them. Secrets,
 * certificates and connections stay references, for whoever connects to read at the last moment.
 * @throws UnresolvedReferences
 */
export function resolveNames(config: Config, sources: ReferenceSources): Config {
  const kept = /^(connections|daemon|serviceAccount\.(password|application)|intake(\[\d+\])?\.listen)$/;
  return resolve(config, sources, (path) => kept.test(pathText(path)));
}

function look(kind: string, name: string, sources: ReferenceSources): { value: string } | { why: string } {
  if (kind === "file")
    try {
      return { value: sources.readFile(name).replace(/\r?\n$/, "") };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
      return { why: `the file ${name} cannot be read${code}` };
    }
  if (kind === "config") return configured(name, sources.config);
  const value = sources.env[name];
  return value ? { value } : { why: `set the environment variable ${name}` };
}

function configured(key: string, config: ReferenceSources["config"]): { value: string } | { why: string } {
  if (!config)
    return {
      why: `only Pulumi knows '${key}' (\${config:${key}}): refer to \${env:NAME} or \${file:path} here`,
    };
  try {
    const value = config(key);
    return value ? { value } : { why: `run \`pulumi config set --secret ${key}\`` };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

/** The first `${...}` of a text that is no reference, or undefined: `${evn:NAME}`, `${NAME}`, `${env:`. */
export function malformedReference(text: string): string | undefined {
  return text.replaceAll(reference, "").match(/\$\{[^}]*\}?/)?.[0];
}
