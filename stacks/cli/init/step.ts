import { stringify } from "yaml";
import { parseConfig } from "../../config/load.ts";
import { ConfigError } from "../../config/problem.ts";
import { flagOf, type Answer, type AnswerName, type Answers } from "./answers.ts";
import { configOf } from "./config.ts";

/** One of several answers to choose from. */
export interface Choice {
  value: string;
  label: string;
  /** Why it cannot be chosen, beyond what the configuration's own rules refuse. */
  unless?: (answers: Answers) => string | false;
}

/** Why a question does not arise, after the answers before it. */
export type Skip = (answers: Answers) => string | false;

/** One question of the wizard. */
export interface Step {
  name: AnswerName;
  kind: "choice" | "text" | "reference" | "list" | "switch";
  /** The question, which is also the help of its flag. */
  ask: string;
  /** What one has to know to answer it. */
  hint?: string;
  /** The place in the configuration whose mistakes are this answer's; none where answers to come decide. */
  path?: string;
  choices?: readonly Choice[];
  /** Who can be looked up in the directory for it. */
  search?: "accounts" | "people" | "groups" | "recipients";
  /** Why it does not arise. */
  skip?: Skip;
  /** What is meant where nobody says anything; without one there must be an answer. */
  fallback?: (answers: Answers) => Answer | undefined;
  /** A flag only: nobody is asked. */
  rare?: true;
}

/** Steps that belong together, under one heading. */
export interface Topic {
  title: string;
  steps: readonly Step[];
}

/**
 * What is wrong with an answer, given those before it: whatever `siu check` would say about its place in the configuration.
 * Undefined when nothing is. Pure.
 */
export function refusal(step: Step, answer: Answer, answers: Answers): string | undefined {
  const unless = step.choices?.find(({ value }) => value === answer)?.unless?.(answers);
  if (unless) return unless;
  if (step.choices && !step.choices.some(({ value }) => value === answer))
    return `must be one of ${step.choices.map(({ value }) => value).join(", ")}`;
  if (isEmpty(answer) && step.fallback?.(answers) === undefined) return "must not be empty";
  const { path: own } = step;
  if (own === undefined) return undefined;
  const found = problems({ ...answers, [step.name]: answer }).find(
    ({ path, message }) =>
      !message.startsWith("is missing") &&
      (path === own || path.startsWith(`${own}.`) || path.startsWith(`${own}[`)),
  );
  return found?.message;
}

function isEmpty(answer: Answer): boolean {
  return typeof answer !== "boolean" && answer.length === 0;
}

function problems(answers: Answers): ConfigError["problems"] {
  try {
    parseConfig(stringify(configOf(answers)), { file: "" });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Whether Exchange Online takes part. */
export function isOnline({ environment }: Answers): boolean {
  return environment !== "onPremises";
}

/** Whether servers of one's own take part. */
export function isOwn({ environment }: Answers): boolean {
  return environment !== "online";
}

/** Skips what Exchange Online alone has. */
export const onlineOnly: Skip = (answers) =>
  !isOnline(answers) && "it belongs to Exchange Online, which is no part of this environment";

/** Skips what servers of one's own have. */
export const ownOnly: Skip = (answers) =>
  !isOwn(answers) && "it belongs to servers of your own, which are no part of this environment";

/** Skips a step unless another one was answered so. */
export function needs(name: AnswerName, ...values: Answer[]): Skip {
  return (answers) => {
    const answer = answers[name];
    if (answer !== undefined && values.includes(answer)) return false;
    const [value] = values;
    if (typeof value === "boolean")
      return `it goes with ${flagOf(name).replace(/^--/, value ? "--" : "--no-")}`;
    return `it goes with ${flagOf(name)} ${values.join(" or ")}`;
  };
}
