import { existsSync, readFileSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { ReferenceSources } from "../config/references.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Text of a file, by its path from the project's folder. @throws when it cannot be read */
export function readFile(path: string): string {
  return readFileSync(resolvePath(root, path), "utf8");
}

/**
 * Where a stack's references lead for commands that do without Pulumi. Of `${config:key}` they know what lies in plain text in
 * `stacks/Pulumi.<stack>.yaml`; what is encrypted there only Pulumi can read, which is said.
 */
export function sourcesOf(stack: string): ReferenceSources {
  return { env: process.env, readFile, config: (key) => configured(stack, key) };
}

function configured(stack: string, key: string): string | undefined {
  const file = join("stacks", `Pulumi.${stack}.yaml`);
  if (!existsSync(join(root, file))) return undefined;
  const { name } = parse(readFile("Pulumi.yaml")) as { name: string };
  const value = plainValue(readFile(file), `${name}:${key}`);
  if (value !== "secret") return value?.text;
  throw new Error(
    `only Pulumi can read '${key}', a secret of ${file}: use \`siu plan\`, \`apply\` or \`preview\`, or refer to \${env:NAME} or \${file:path} here`,
  );
}

/** What a `Pulumi.<stack>.yaml` says of a key (`project:key`): its text, that it is a secret, or nothing. Pure. */
export function plainValue(settings: string, key: string): { text: string } | "secret" | undefined {
  const { config } = (parse(settings) ?? {}) as { config?: Record<string, unknown> };
  const value = config?.[key];
  if (value === undefined) return undefined;
  return typeof value === "object" ? "secret" : { text: String(value) };
}
