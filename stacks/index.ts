import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { desired } from "../providers/desired.ts";
import { publication } from "../providers/desired/publication.ts";
import { ExchangeObject } from "../providers/resource.ts";
import { parseConfig, type LoadedConfig } from "./config/load.ts";
import { ConfigError, problemText } from "./config/problem.ts";
import { resolveNames, UnresolvedReferences } from "./config/references.ts";
import { settingsOf } from "./config/settings.ts";
import type { Config } from "./config/types.ts";

const stack = pulumi.getStack();
const { config, warnings } = load(`stacks/${stack}.yaml`);
for (const warning of warnings) void pulumi.log.warn(problemText(warning));

const made = new Map<string, ExchangeObject>();
const inExchange = desired(named(config), stack, Date.now());
// References stay what they are for the daemon: it has an environment of its own.
const toDaemon = publication(config.daemon, settingsOf(config), inExchange);
for (const { name, dependsOn, keptBy = "", ...inputs } of [...inExchange, ...toDaemon]) {
  const earlier = dependsOn.flatMap((each) => made.get(each) ?? []);
  const before = made.get(keptBy)?.former;
  made.set(
    name,
    new ExchangeObject(name, { stack, ...inputs, ...(before && { before }) }, { dependsOn: earlier }),
  );
}

/** The account that the daemon works as; `pulumi stack output serviceAccount --show-secrets` shows a generated password. */
export const serviceAccount = {
  upn: config.serviceAccount.upn,
  ...(config.serviceAccount.create && { password: made.get("service-account")?.password }),
};

/** Exchange's objects carry names, not references to them. */
function named(written: Config): Config {
  try {
    return resolveNames(written, {
      env: process.env,
      readFile: (path) => readFileSync(new URL(path, new URL("..", import.meta.url)), "utf8"),
      config: (key) => new pulumi.Config().get(key),
    });
  } catch (error) {
    if (error instanceof UnresolvedReferences) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** A configuration's mistakes, all of them, instead of a stack trace. */
function load(file: string): LoadedConfig {
  try {
    return parseConfig(readFileSync(new URL(`../${file}`, import.meta.url), "utf8"), { file });
  } catch (error) {
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new pulumi.RunError(`There is no ${file}. The stack '${stack}' needs a file of its name.`);
    }
    throw error;
  }
}
