import { lints } from "../../../providers/doctor/lints.ts";
import type { Finding } from "../../../providers/doctor/lints.ts";
import type { Report, Step } from "../../../providers/doctor/report.ts";
import { paint } from "../terminal.ts";

/** Marks of steps, in signs that need no colour, and the colour that they get all the same. */
const marks = { ok: ["ok", "green"], error: ["!!", "red"], skipped: ["--", "dim"] } as const;

const severities = { error: "red", warning: "yellow", note: "dim" } as const;

const width = 100;

/** A report for people: a line for each step, causes and cmdlets beneath, then what the lints found. */
export function reportText({ stack, at, steps, findings }: Report): string {
  const lines = [`${stack}, ${at}`, "", ...steps.flatMap(stepLines), "", ...findings.flatMap(findingLines)];
  const stepsThat = (is: Step["state"]): number => steps.filter(({ state }) => state === is).length;
  const summary = [
    `${stepsThat("ok")} ok`,
    `${stepsThat("error")} red`,
    `${stepsThat("skipped")} not looked at`,
    ...(["error", "warning", "note"] as const).map((each) => {
      const count = findings.filter(({ severity }) => severity === each).length;
      return `${count} ${each}${count === 1 ? "" : "s"}`;
    }),
  ];
  return `${lines.join("\n")}\n${stack}: ${summary.join(", ")}\n`;
}

function stepLines({ state, part, title, causes, byHand }: Step): string[] {
  const indent = " ".repeat(20);
  const [mark, colour] = marks[state];
  return [
    `  ${paint(colour, mark)}  ${part.padEnd(14)}${title}`,
    ...causes.flatMap((cause) => wrapped(cause, indent)),
    // A cmdlet stays on one line, to be copied.
    ...byHand.map((line) => `${indent}by hand: ${line}`),
  ];
}

function findingLines({ code, severity, message }: Finding): string[] {
  return [
    `${paint(severities[severity], severity.padEnd(9))}${code}  ${lints[code].title} (docs/doctor.md#${code.toLowerCase()})`,
    ...wrapped(message, " ".repeat(9)),
  ];
}

function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line === undefined || indent.length + line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.map((line) => indent + line);
}
