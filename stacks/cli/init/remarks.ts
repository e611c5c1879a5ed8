import { verdict } from "../terminal.ts";
import type { Answers } from "./answers.ts";
import type { Directory } from "./directory.ts";
import type { Step } from "./step.ts";

/** Answers that Exchange can say something about, once they are there. */
const telling: Partial<Record<Step["name"], "lacks" | "licences">> = {
  upn: "lacks",
  scope: "licences",
  scopeGroup: "licences",
  scopeDomains: "licences",
  scopePeople: "licences",
  scopeMembers: "licences",
};

/**
 * What Exchange says about an answer, each on a line: what the account lacks, how many licences a scope uses. Nothing where it
 * has nothing to say. @throws Fault | UnresolvedReferences where it cannot be asked
 */
export async function remarksOn(step: Step, answers: Answers, directory: Directory): Promise<string[]> {
  const about = telling[step.name];
  if (about === undefined || (step.name === "scope" && answers.scope !== "everyone")) return [];
  const lines = await directory[about](answers);
  if (about === "licences") return lines.map((line) => verdict("open", line, process.stderr));
  const good = [verdict("good", `${answers.upn} does for the service`, process.stderr)];
  return lines.length === 0 ? good : lines.map((line) => verdict("warning", line, process.stderr));
}
