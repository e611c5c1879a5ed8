import { Option, type Command } from "commander";
import { flagOf, type Answer, type Answers } from "./answers.ts";
import type { Step, Topic } from "./step.ts";
import { steps, topics } from "./steps.ts";

/** A flag for every question, or for those of some topics, under the wizard's headings. */
export function withFlags(command: Command, among: readonly Topic[] = topics): Command {
  for (const { title, steps: asked } of among) {
    command.optionsGroup(`${title}:`);
    for (const step of asked) for (const option of optionsOf(step)) command.addOption(option);
  }
  return command;
}

/** The answers among the values of a command's options. */
export function given(options: Readonly<Record<string, unknown>>): Answers {
  const answers = steps
    .filter(({ name }) => options[name] !== undefined)
    .map(({ name, kind }): [string, Answer] => {
      const value = options[name] as Answer;
      return [name, kind === "list" && Array.isArray(value) ? value.flatMap(words) : value];
    });
  return Object.fromEntries(answers);
}

/** Addresses or domains between commas and spaces. */
export function words(text: string): string[] {
  return text.split(/[,;\s]+/).filter(Boolean);
}

function optionsOf(step: Step): Option[] {
  const flag = flagOf(step.name);
  if (step.kind === "switch") {
    const isUsual = step.fallback?.({}) === true;
    const no = flag.replace("--", "--no-");
    return [new Option(flag, step.ask).hideHelp(isUsual), new Option(no, step.ask).hideHelp(!isUsual)];
  }
  const value = { choice: "choice", text: "text", reference: "place", list: "list..." }[step.kind];
  const option = new Option(`${flag} <${value}>`, step.ask);
  return [step.choices ? option.choices(step.choices.map((choice) => choice.value)) : option];
}
