import { styleText } from "node:util";

/** Where a command writes: standard output for its answer, standard error for what is said meanwhile. */
type Stream = NodeJS.WriteStream;

/** How one point of a checklist ended. */
export type Verdict = "good" | "bad" | "warning" | "open";

const marks: Record<Verdict, [sign: string, style: Style]> = {
  good: ["✓", "green"],
  bad: ["✗", "red"],
  warning: ["!", "yellow"],
  open: ["·", "dim"],
};

/** Styles that a command uses. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Text in a style where its stream is a terminal and nobody asked for plain text (`--no-color`, NO_COLOR), else as it is. */
export function paint(style: Style, text: string, stream: Stream = process.stdout): string {
  return styleText(style, text, { stream });
}

/** `✓ text`: one line of a checklist, its mark coloured where there is colour. */
export function verdict(kind: Verdict, text: string, stream: Stream = process.stdout): string {
  const [sign, style] = marks[kind];
  return `${paint(style, sign, stream)} ${text}`;
}

/** Whether somebody can be asked: input and the stream of the questions are a terminal. */
export function isInteractive(stream: Stream = process.stderr): boolean {
  return process.stdin.isTTY && stream.isTTY;
}

/** No colour for this process and the ones it starts, Pulumi included. */
export function withoutColour(): void {
  delete process.env["FORCE_COLOR"];
  process.env["NO_COLOR"] = "1";
}

/** What is going on while somebody waits. */
export interface Progress {
  /** What is being done now: takes the place of what was said before at a terminal, is a line of its own elsewhere. */
  step: (text: string) => void;
  /** A line that stays. */
  keep: (text: string) => void;
  /** Takes the last step off the terminal. */
  end: () => void;
}

/** Progress on standard error; `silent` (as with --json) says nothing. */
export function startProgress(silent = false, stream: Stream = process.stderr): Progress {
  const inPlace = stream.isTTY && process.env["TERM"] !== "dumb";
  let shown = "";
  const clear = (): void => {
    if (shown !== "") stream.write("\r\u001B[2K");
    shown = "";
  };
  const keep = (text: string): void => {
    clear();
    if (!silent) stream.write(`${text}\n`);
  };
  return {
    step: (text) => {
      if (silent || !inPlace) return keep(text);
      clear();
      // A line that wraps could not be taken back.
      shown = text.replaceAll(/\s+/g, " ").slice(0, (stream.columns || 80) - 3);
      stream.write(paint("dim", `${shown} …`, stream));
    },
    keep,
    end: clear,
  };
}
