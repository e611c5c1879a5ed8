import input from "@inquirer/input";
import search from "@inquirer/search";
import select from "@inquirer/select";
import { startProgress, paint, verdict } from "../terminal.ts";
import type { Answer, Answers } from "./answers.ts";
import type { Directory, Found } from "./directory.ts";
import { words } from "./options.ts";
import { remarksOn } from "./remarks.ts";
import { refusal, type Step } from "./step.ts";
import { topics } from "./steps.ts";
import { back, type Ask } from "./walk.ts";

type Reply<T> = Promise<T | typeof back>;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const dim = (text: string): string => paint("dim", text, process.stderr);

/** Puts questions at the terminal (standard error); whom they ask for is looked up in the directory, where it can be reached. */
export function createAsk(directoryOf: (answers: Answers) => Directory): Ask {
  let unreachable: Directory | undefined;

  async function reached(answers: Answers): Promise<Directory | undefined> {
    const directory = directoryOf(answers);
    if (directory === unreachable) return undefined;
    const progress = startProgress();
    progress.step("signing in to Exchange to look people up");
    try {
      await directory.find("recipients", "");
      return directory;
    } catch (error) {
      unreachable = directory;
      progress.keep(
        verdict(
          "warning",
          `The directory cannot be asked; type addresses. ${messageOf(error)}`,
          process.stderr,
        ),
      );
      return undefined;
    } finally {
      progress.end();
    }
  }

  /** What Exchange says about an answer; that it cannot be asked is no mistake of the answer. */
  async function tell(step: Step, answers: Answers): Promise<void> {
    const directory = directoryOf(answers);
    if (directory === unreachable) return;
    try {
      for (const line of await remarksOn(step, answers, directory)) say(line);
    } catch (error) {
      say(verdict("warning", `Exchange cannot be asked about it. ${messageOf(error)}`, process.stderr));
    }
  }

  return async (step, answers, usual) => {
    const topic = topics.find(({ steps }) => steps[0] === step);
    if (topic) say(`\n${paint("bold", topic.title, process.stderr)}`);
    if (step.hint !== undefined) say(dim(step.hint));
    const directory = step.search && (await reached(answers));
    if (directory) say(dim("Type the beginning of a name or address to look for it."));
    const reply = await put(step, answers, usual, directory);
    if (reply !== back) await tell(step, { ...answers, [step.name]: reply });
    return reply;
  };
}

function put(
  step: Step,
  answers: Answers,
  usual: Answer | undefined,
  directory: Directory | undefined,
): Reply<Answer> {
  if (step.kind === "choice" || step.kind === "switch") return choose(step, answers, usual);
  if (step.kind === "list")
    return directory ? gather(step, answers, usual, directory) : list(step, answers, usual);
  return directory ? pick(step, answers, usual, directory) : type(step, answers, usual);
}

/** One of several; what the configuration's rules refuse is there, grey, with the reason. */
async function choose(step: Step, answers: Answers, usual: Answer | undefined): Reply<Answer> {
  const options: { value: Answer; label: string }[] = [
    ...(step.choices ?? [
      { value: true, label: "Yes" },
      { value: false, label: "No" },
    ]),
  ];
  const choices = options.map(({ value, label }) => {
    return { value, name: label, disabled: reason(refusal(step, value, answers)) };
  });
  const open = choices.filter(({ disabled }) => disabled === false);
  const first = open.find(({ value }) => value === usual) ?? open[0];
  return orBack((context) =>
    select({ message: step.ask, choices, ...(first && { default: first.value }) }, context),
  );
}

function type(step: Step, answers: Answers, usual: Answer | undefined): Reply<string> {
  const validate = (text: string): true | string => complaint(refusal(step, text.trim(), answers));
  return orBack(async (context) => {
    const text = await input({ message: step.ask, default: String(usual ?? ""), validate }, context);
    return text.trim();
  });
}

function list(step: Step, answers: Answers, usual: Answer | undefined): Reply<string[]> {
  const validate = (text: string): true | string => complaint(refusal(step, several(text), answers));
  return orBack(async (context) => {
    const message = `${step.ask} (with commas between them)`;
    return several(await input({ message, default: several(usual).join(", "), validate }, context));
  });
}

function pick(step: Step, answers: Answers, usual: Answer | undefined, directory: Directory): Reply<string> {
  const standing = typeof usual === "string" ? [{ value: usual, name: usual || "(nobody)" }] : [];
  return orBack((context) =>
    search(
      {
        message: step.ask,
        source: async (term, { signal }) =>
          term ? offers(step, answers, term, signal, directory) : standing,
      },
      context,
    ),
  );
}

/** One after the other; a choice that is in the list already leaves it again. */
async function gather(
  step: Step,
  answers: Answers,
  usual: Answer | undefined,
  directory: Directory,
): Reply<string[]> {
  const chosen = new Set(several(usual));
  for (;;) {
    const message = chosen.size === 0 ? step.ask : `${step.ask}: ${[...chosen].join(", ")}`;
    const end = { value: "", name: "(that is all)", disabled: reason(refusal(step, [...chosen], answers)) };
    const takeOut = [...chosen].map((value) => ({ value, name: `take out ${value}` }));
    const reply = await orBack((context) =>
      search(
        {
          message,
          source: async (term, { signal }) =>
            term ? offers(step, answers, term, signal, directory) : [end, ...takeOut],
        },
        context,
      ),
    );
    if (reply === back) return back;
    if (reply === "") return [...chosen];
    if (!chosen.delete(reply)) chosen.add(reply);
  }
}

/**
 * Whom a search brings, and what was typed where it is a whole address; what the configuration's rules refuse is grey.
 * @throws what the directory throws
 */
async function offers(
  step: Step,
  answers: Answers,
  term: string,
  signal: AbortSignal,
  directory: Directory,
): Promise<{ value: string; name: string; disabled: string | false }[]> {
  await pause(signal);
  if (signal.aborted || step.search === undefined) return [];
  const found = await directory.find(step.search, term);
  const isWhole = /^[^@\s]+@[^@\s]+$/.test(term);
  const isFound = found.some(({ value }) => value.toLowerCase() === term.toLowerCase());
  const typed: Found[] = isWhole && !isFound ? [{ value: term, label: `${term} (as typed)` }] : [];
  return [...found, ...typed].map(({ value, label }) => {
    const answer = step.kind === "list" ? [value] : value;
    return { value, name: label, disabled: reason(refusal(step, answer, answers)) };
  });
}

/** Whoever types on wants no answer to half a word. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 150);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** A prompt that Esc leaves for the question before. @throws ExitPromptError on Ctrl-C */
async function orBack<T>(
  prompt: (context: { signal: AbortSignal; output: NodeJS.WritableStream }) => Promise<T>,
): Reply<T> {
  const leaving = new AbortController();
  const listen = (_: unknown, key?: { name?: string }): void => {
    if (key?.name === "escape") leaving.abort();
  };
  process.stdin.on("keypress", listen);
  try {
    return await prompt({ signal: leaving.signal, output: process.stderr });
  } catch (error) {
    if (leaving.signal.aborted) return back;
    throw error;
  } finally {
    process.stdin.off("keypress", listen);
  }
}

function reason(mistake: string | undefined): string | false {
  return mistake === undefined ? false : `(${mistake})`;
}

function complaint(mistake: string | undefined): true | string {
  return mistake === undefined ? true : `It ${mistake}.`;
}

function several(answer: Answer | undefined): string[] {
  if (Array.isArray(answer)) return answer;
  return typeof answer === "string" ? words(answer) : [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
