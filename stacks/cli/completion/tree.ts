import type { Command } from "commander";

/** An option as a shell has to know it. */
export interface Flag {
  /** `-h`, `--help` */
  names: string[];
  text: string;
  /** Whether a value follows. */
  hasValue: boolean;
  /** What the value can be, where that is a short list. */
  values: readonly string[];
}

/** A command as a shell has to know it. */
export interface Leaf {
  /** Its name and its other names. */
  names: string[];
  text: string;
  flags: Flag[];
  /** Whether its first argument is a stack's name. */
  takesStack: boolean;
  /** What its first argument can be, where that is a short list. */
  values: readonly string[];
}

/** The command line as data. */
export interface Tree {
  commands: Leaf[];
  /** Options before any command. */
  flags: Flag[];
}

/** What commander knows of a program, hidden options left out. Pure. */
export function treeOf(program: Command): Tree {
  const flags = flagsOf(program);
  const everywhere = flags.filter(({ names }) => names.includes("--no-color"));
  return { commands: program.commands.map((command) => leafOf(command, everywhere)), flags };
}

function leafOf(command: Command, everywhere: readonly Flag[]): Leaf {
  const [first] = command.registeredArguments;
  return {
    names: [command.name(), ...command.aliases()],
    text: command.description(),
    flags: [...flagsOf(command), ...everywhere],
    takesStack: first?.name() === "stack",
    values: first?.argChoices ?? [],
  };
}

function flagsOf(command: Command): Flag[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ short, long, description, required, optional, argChoices }) => ({
      names: [short, long].filter((name) => name !== undefined),
      text: description,
      hasValue: required || optional,
      values: argChoices ?? [],
    }));
}
