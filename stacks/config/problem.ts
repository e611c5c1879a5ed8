/** Keys and indexes from the top of the configuration down to one value. */
export type Path = readonly (string | number)[];

/** A remark about one value (or one absent key), before it is known where in the text that is. */
export interface Finding {
  path: Path;
  /** What is wrong and what would be right; follows the path, so it starts as `must be` or `is missing`. */
  message: string;
  /** The remark is about the key, not about the value beside it. */
  key?: true;
}

/** A remark about one place of a configuration file; lines and columns count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  /** `transportRules[0].scope`; empty for the file as a whole. */
  path: string;
  message: string;
}

/** All mistakes of one configuration file, in the order of the text. Its message lists them, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    super(
      [`${problems[0]?.file ?? "the configuration"} has ${count}:`, ...problems.map(problemText)].join("\n"),
    );
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** One line for a terminal: `stacks/demo.yaml:12:5 connections.onPremises.server: must be ...`. */
export function problemText(problem: Problem): string {
  const { file, line, column, path, message } = problem;
  return `${file}:${line}:${column} ${path}${path === "" ? "" : ": "}${message}`;
}

/** `["transportRules", 0, "scope"]` as `transportRules[0].scope`. */
export function pathText(path: Path): string {
  return path
    .map((step) => {
      if (typeof step === "number") return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join("")
    .replace(/^\./, "");
}
