import { withDefaults } from "./defaults.ts";
import { withDerived } from "./derived.ts";
import { readDocument } from "./document.ts";
import type { Draft, Rule, Subject } from "./draft.ts";
import { ConfigError, type Finding, pathText, type Problem } from "./problem.ts";
import { rules, warnings } from "./rules/rules.ts";
import { rootSchema } from "./schema.ts";
import { checkStructure } from "./structure.ts";
import type { Config } from "./types.ts";

/** A configuration without mistakes. */
export interface LoadedConfig {
  /** Defaults filled in, references still references, frozen to the last leaf. */
  config: Config;
  /** Remarks that stop nobody, in the order of the text. */
  warnings: Problem[];
}

/**
 * Reads the text of a configuration file; `file` only names it in remarks.
 * @throws ConfigError with every mistake that can be seen at once
 */
export function parseConfig(text: string, { file }: { file: string }): LoadedConfig {
  const document = readDocument(text);
  if (document.mistakes.length > 0)
    throw new ConfigError(
      document.mistakes.map((mistake) => ({ file, path: "", ...mistake })).toSorted(byPosition),
    );
  if (typeof document.value !== "object" || document.value === null || Array.isArray(document.value)) {
    const message = document.value === null ? "the file is empty" : "the file holds no sections with keys";
    throw new ConfigError([
      { file, line: 1, column: 1, path: "", message: `${message}: start with environment: onPremises` },
    ]);
  }

  const structure = checkStructure(document.value);
  const subject: Subject = {
    written: structure.sound as Draft,
    config: withDefaults(rootSchema, structure.sound) as Draft,
  };
  const located = ({ path, key, message }: Finding): Problem => ({
    file,
    ...document.position(path, key === true ? "key" : "value"),
    path: pathText(path),
    message,
  });
  const judge = (list: Readonly<Record<string, Rule>>): Problem[] =>
    Object.values(list)
      .flatMap((rule) => rule(subject))
      .map((finding) => located({ ...finding, path: structure.asWritten(finding.path) }));

  const problems = [...structure.findings.map(located), ...judge(rules)];
  if (problems.length > 0) throw new ConfigError(withoutRepetition(problems).toSorted(byPosition));
  // Without findings, the draft is a whole configuration.
  return {
    config: frozen(withDerived(subject.config as Config)),
    warnings: judge(warnings).toSorted(byPosition),
  };
}

/** What a place lacks is said once, by the schema, which speaks first. */
function withoutRepetition(problems: readonly Problem[]): Problem[] {
  const isMissing = ({ message }: Problem): boolean => message.startsWith("is missing");
  return problems.filter(
    (problem, index) =>
      !isMissing(problem) ||
      !problems.slice(0, index).some((earlier) => isMissing(earlier) && earlier.path === problem.path),
  );
}

const byPosition = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const item of Object.values(value)) frozen(item);
  return Object.freeze(value);
}
