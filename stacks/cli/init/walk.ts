import { flagOf, type Answer, type AnswerName, type Answers } from "./answers.ts";
import { refusal, type Step } from "./step.ts";

/** What somebody says instead of an answer to get to the question before. */
export const back = Symbol("back");

/** Puts one question to somebody; `usual` is what they said to it before they went back, or its fallback. */
export type Ask = (step: Step, answers: Answers, usual: Answer | undefined) => Promise<Answer | typeof back>;

/** Flags that are missing or do not do: one sentence for each. */
export class UnusableFlags extends Error {
  constructor(sentences: readonly string[]) {
    super(sentences.join("\n"));
    this.name = "UnusableFlags";
  }
}

/**
 * Answers from flags and fallbacks alone.
 * @throws UnusableFlags that names every flag that is missing, refused, or does not arise
 */
export function fromFlags(steps: readonly Step[], given: Answers): Answers {
  const answers: Answers = {};
  const wrong: string[] = [];
  for (const step of steps) {
    const { name, skip, fallback } = step;
    const why = skip?.(answers);
    const flag = given[name];
    if (why) {
      if (flag !== undefined) wrong.push(`${flagOf(name)} does not fit: ${why}`);
      continue;
    }
    const answer = flag ?? fallback?.(answers);
    if (answer === undefined) {
      wrong.push(`${flagOf(name)} is missing: ${step.ask}`);
      // What follows from a choice cannot be said before it is made.
      if (step.kind === "choice") break;
      continue;
    }
    const mistake = refusal(step, answer, answers);
    if (mistake !== undefined) wrong.push(`${flagOf(name)} ${mistake}`);
    Object.assign(answers, { [name]: answer });
  }
  if (wrong.length > 0) throw new UnusableFlags(wrong);
  return answers;
}

/**
 * Answers from flags, and from somebody who is asked for the rest and may go back.
 * @throws UnusableFlags for a flag that is refused; whatever `ask` throws
 */
export async function fromSomebody(steps: readonly Step[], given: Answers, ask: Ask): Promise<Answers> {
  let answers: Answers = {};
  const earlier: Answers = {};
  const asked: number[] = [];
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index] as Step;
    const flag = given[step.name];
    const why = step.skip?.(answers);
    if (why) {
      if (flag !== undefined) throw new UnusableFlags([`${flagOf(step.name)} does not fit: ${why}`]);
      continue;
    }
    if (flag !== undefined) {
      const mistake = refusal(step, flag, answers);
      if (mistake !== undefined) throw new UnusableFlags([`${flagOf(step.name)} ${mistake}`]);
      Object.assign(answers, { [step.name]: flag });
      continue;
    }
    if (step.rare) continue;
    const reply = await ask(step, answers, earlier[step.name] ?? step.fallback?.(answers));
    if (reply !== back) {
      Object.assign(earlier, { [step.name]: reply });
      Object.assign(answers, { [step.name]: reply });
      asked.push(index);
      continue;
    }
    // At the first question there is nothing to go back to.
    const previous = asked.pop() ?? index;
    answers = before(steps, previous, answers);
    index = previous - 1;
  }
  return answers;
}

function before(steps: readonly Step[], index: number, answers: Answers): Answers {
  const kept = new Set<string>(steps.slice(0, index).map(({ name }): AnswerName => name));
  return Object.fromEntries(Object.entries(answers).filter(([name]) => kept.has(name)));
}
