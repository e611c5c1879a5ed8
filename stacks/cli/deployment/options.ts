import { InvalidArgumentError, Option } from "commander";
import { terminal } from "../unlock.ts";

/** Options of every command that deploys. */
export interface DeploymentOptions {
  json?: boolean;
  yes?: boolean;
  parallel: number;
}

/** As many as there are cmdlets in flight: more would only wait. */
const usual = 8;

/** `--parallel <number>`. */
export function parallelOption(): Option {
  return new Option("--parallel <number>", "so many resources at once").default(usual).argParser((text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number > 0) return number;
    throw new InvalidArgumentError("It must be a whole number above 0.");
  });
}

/** Whether somebody at the terminal agrees. @throws Error where nobody sits at one, before anything is done */
export function asker(): (question: string) => Promise<boolean> {
  const ask = terminal();
  if (!ask) throw new Error("Nobody can be asked here. Say --yes to go ahead without a question.");
  return async (question) => /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}
