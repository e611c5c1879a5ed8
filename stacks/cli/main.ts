import { Command, CommanderError } from "commander";
import { exitCodes } from "./exit.ts";
import { withoutColour } from "./terminal.ts";

/** A command's module: `command` adds its arguments and its action to an empty Command. */
interface CommandModule {
  command: (empty: Command) => Command;
}

/** Name, one line for the list, and the module, loaded only when the command is called. */
const commands: Record<string, [summary: string, load: () => Promise<CommandModule>]> = {
  init: ["ask for what a stack needs, and write its file", () => import("./init.ts")],
  import: ["write a stack's file from an organization as it stands today", () => import("./import.ts")],
  check: ["check a stack's configuration, without touching anything", () => import("./check.ts")],
  doctor: ["check step by step whether a stack can work, and what endangers it", () => import("./doctor.ts")],
  plan: ["show what `apply` would change in Exchange, value by value", () => import("./plan.ts")],
  apply: ["make Exchange match a stack's file", () => import("./apply.ts")],
  destroy: ["remove everything that a stack made", () => import("./destroy.ts")],
  drift: ["tell whether Exchange is as declared, without changing anything", () => import("./drift.ts")],
  pause: [
    "take mail off the signature service at once: its rules are switched off",
    () => import("./pause.ts"),
  ],
  resume: ["send mail to the signature service again, once its connectors work", () => import("./resume.ts")],
  preview: ["Pulumi's own preview, with all its options", () => onStack("preview")],
  up: ["Pulumi's own up, with all its options", () => onStack("up")],
  pulumi: ["any other Pulumi command on a stack", () => onStack()],
  run: ["run the daemon that updates sent items", () => import("./run.ts")],
  publish: ["hand a stack's settings to the running daemon", () => import("./publish.ts")],
  messages: ["tell what became of each message", () => import("./messages.ts")],
  retry: ["try messages again that failed", () => import("./retry.ts")],
  completion: ["print a completion script for a shell", () => import("./completion.ts")],
  exchange: ["serve an embedded Exchange organization to test against", () => import("./exchange.ts")],
};

async function onStack(verb?: "preview" | "up"): Promise<CommandModule> {
  return { command: (await import("./pulumi.ts")).pulumiCommand(verb) };
}

async function program(argv: string[]): Promise<Command> {
  const siu = new Command("siu")
    .description("Makes Sent Items show what was really sent.")
    .version("0.1.0")
    .option("--no-color", "no colours, as with NO_COLOR; anywhere in the line")
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: ({ parent }) => parent?.options.filter(({ long }) => long === "--no-color") ?? [],
    })
    .showHelpAfterError("Try: npx siu --help")
    .enablePositionalOptions()
    .exitOverride();
  for (const [name, [summary, load]] of Object.entries(commands)) {
    const empty = siu.command(name).description(summary).copyInheritedSettings(siu);
    const called = argv[0] === "help" ? argv[1] : argv[0];
    // A shell has to know all of them.
    if (called === "completion" || called === name) (await load()).command(empty);
  }
  return siu;
}

/** Runs one command line; the answer is the process's exit code (docs/command-line.md). */
async function main(argv: string[]): Promise<number> {
  try {
    await (await program(argv)).parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      // A pipeline must not take a mistake in its command line for drift.
      return argv[0] === "drift" ? exitCodes.failed : exitCodes.usage;
    }
    process.stderr.write(`siu: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
}

const words = process.argv.slice(2);
if (words.includes("--no-color")) withoutColour();
process.exitCode = await main(words.filter((word) => word !== "--no-color"));
