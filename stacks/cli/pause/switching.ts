import type { Command } from "commander";
import type { pause, Switched } from "../../../providers/pause.ts";
import { exitCodes } from "../exit.ts";
import { verdict } from "../terminal.ts";
import { wantedOf } from "../wanted.ts";
import { withWorld } from "../world.ts";

/** A command that switches a stack's rules, and how it says what became of one. */
export interface Switching {
  act: typeof pause;
  done: Record<"on" | "off" | "paused", string>;
  help: string;
}

/** The form that `pause` and `resume` share; ends with 1 where a rule could not be switched, or there is none. */
export function switching(empty: Command, { act, done, help }: Switching): Command {
  return empty
    .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
    .option("--json", "print what was done as one line of JSON")
    .addHelpText("after", `\n${help}`)
    .action(async (stack: string, { json = false }: { json?: boolean }) => {
      const rules = await withWorld(stack, (world, config) => act(world, stack, wantedOf(config, stack)));
      const words: Record<Switched["was"], string> = {
        ...done,
        absent: "does not exist",
        "not-owned": "does not carry this stack's mark, and was left alone",
      };
      const isWell = ({ was }: Switched): boolean => was !== "not-owned";
      if (json) process.stdout.write(`${JSON.stringify({ stack, rules })}\n`);
      else
        for (const rule of rules)
          process.stdout.write(
            `${verdict(isWell(rule) ? "good" : "bad", `${rule.title} ${words[rule.was]}`)}\n`,
          );
      if (rules.length === 0)
        process.stderr.write(
          "siu: no rule of this stack sends mail through a connector, so there is nothing to switch. A send connector of your own servers is switched by send.enabled and `siu apply`.\n",
        );
      if (rules.length === 0 || !rules.every(isWell)) process.exitCode = exitCodes.failed;
    });
}
