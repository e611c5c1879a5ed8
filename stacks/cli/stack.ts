import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseConfig, type LoadedConfig } from "../config/load.ts";

const stacks = fileURLToPath(new URL("../", import.meta.url));

/** The path of stacks/<name>.yaml, or of the file when a path is given, and `file`: how people call it from here. */
export function stackFile(name: string): { path: string; file: string } {
  const path = /[/\\]|\.ya?ml$/.test(name) ? name : join(stacks, `${name}.yaml`);
  const near = relative(process.cwd(), path);
  return { path, file: near === "" || near.startsWith("..") ? path : near };
}

/**
 * Reads stacks/<name>.yaml, or the file when a path is given.
 * @throws ConfigError with every mistake in it
 * @throws Error when there is no such file
 */
export async function readStack(name: string): Promise<LoadedConfig> {
  const { path, file } = stackFile(name);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(
      `${file} cannot be read. Copy stacks/example.yaml to it and edit that, or run: npx siu init`,
      { cause },
    );
  });
  return parseConfig(text, { file });
}
