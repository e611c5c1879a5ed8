import { fileURLToPath } from "node:url";
import { Argument, type Command } from "commander";
import { bashScript } from "./completion/bash.ts";
import { powershellScript } from "./completion/powershell.ts";
import { treeOf } from "./completion/tree.ts";
import { zshScript } from "./completion/zsh.ts";

const scripts = { bash: bashScript, zsh: zshScript, powershell: powershellScript };

const stacks = fileURLToPath(new URL("../", import.meta.url)).replace(/[/\\]$/, "");

const help = `
It completes \`siu\`: make that a command of your shell with: alias siu="npx siu"

Example:
  source <(npx siu completion bash)
  source <(npx siu completion zsh)
  npx siu completion powershell | Out-String | Invoke-Expression`;

/** `siu completion <shell>`: a script that completes commands, options, their values, and the names of this checkout's stacks. */
export function command(empty: Command): Command {
  return empty
    .addArgument(new Argument("<shell>", "which shell the script is for").choices(Object.keys(scripts)))
    .addHelpText("after", help)
    .action((shell: keyof typeof scripts, _: unknown, own: Command) => {
      process.stdout.write(scripts[shell](treeOf(own.parent ?? own), stacks));
    });
}
