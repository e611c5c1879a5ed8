/** Writes docs/ews-requirements.md: `npm run requirements`. */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { protocols, requirementsOf, type Protocol, type Requirement } from "./lists.ts";
import { coverage, type Covering } from "./titles.ts";

/** Why requirements of a protocol have no test: those named by id, of a section, or whose sentence matches. */
export interface Reason {
  why: string;
  ids?: string[];
  /** With all that is below them. */
  sections?: string[];
  /** A regular expression, without regard to letter case. */
  text?: string;
}

/** A requirement with the tests that carry its id, else with the reason that there is none. */
export interface Row {
  requirement: Requirement;
  tests: Covering[];
  reason?: Reason;
}

export const table = new URL("../../../docs/ews-requirements.md", import.meta.url);

/** The reasons of reasons.yaml, by protocol; of a requirement the first one that fits counts. */
export function reasons(): Record<Protocol, Reason[]> {
  return parse(readFileSync(new URL("reasons.yaml", import.meta.url), "utf8")) as Record<Protocol, Reason[]>;
}

/** Every requirement that is marked for testing, by protocol. */
export function rows(): Map<Protocol, Row[]> {
  const tests = coverage();
  const known = reasons();
  return new Map(
    protocols.map((protocol) => [
      protocol,
      requirementsOf(protocol).map((requirement) => {
        const found = tests.get(requirement.id) ?? [];
        const reason =
          found.length > 0 ? undefined : known[protocol].find((each) => explains(each, requirement));
        return { requirement, tests: found, ...(reason ? { reason } : {}) };
      }),
    ]),
  );
}

/** Whether a reason is about a requirement. */
export function explains(reason: Reason, { id, section, text }: Requirement): boolean {
  return (
    (reason.ids ?? []).some((each) => id === each || id.endsWith(`_${each}`)) ||
    (reason.sections ?? []).some((each) => section === each || section.startsWith(`${each}.`)) ||
    (reason.text !== undefined && new RegExp(reason.text, "i").test(text))
  );
}

/** The table as Markdown: for each protocol one line for each requirement. */
export function render(all: Map<Protocol, Row[]>): string {
  const files = [...new Set([...all.values()].flat().flatMap(({ tests: [first] }) => first?.file ?? []))];
  const numbers = new Map(files.toSorted().map((file, index) => [file, index + 1]));
  const summary = [...all].map(([protocol, list]) => {
    const covered = list.filter(({ tests }) => tests.length > 0).length;
    return `| ${protocol} | ${list.length} | ${covered} | ${list.length - covered} |`;
  });
  const parts = [...all].map(
    ([protocol, list]) =>
      `## ${protocol}\n\n| id | section | test, or why there is none |\n|---|---|---|\n${list.map((row) => line(row, protocol, numbers)).join("\n")}\n`,
  );
  return `# Requirements of Exchange Web Services, and their tests

Microsoft publishes the requirements of each protocol as numbered lists (Open Specifications, MS-OXWS*). This table says for every one that
is marked for testing which test of the embedded Exchange carries its id, or why none does. \`npm run requirements\` writes it, from the
tests' titles and \`test/emulator/oxws/reasons.yaml\`; a test fails where it is stale, or a requirement has neither.

| protocol | marked for testing | covered | not |
|---|---|---|---|
${summary.join("\n")}

Files: ${[...numbers].map(([file, number]) => `[${number}] ${file.replace("test/emulator/", "")}`).join(", ")} (in \`test/emulator\`).

${parts.join("\n")}`;
}

function line({ requirement, tests, reason }: Row, protocol: Protocol, numbers: Map<string, number>): string {
  const id = requirement.id.replace(`${protocol}_`, "");
  const [first, ...more] = tests;
  const text = first
    ? `[${numbers.get(first.file)}] ${first.title}${more.length > 0 ? ` (and ${more.length} more)` : ""}`
    : `none: ${reason?.why ?? "unexplained"}`;
  return `| ${id} | ${requirement.section} | ${text.replaceAll("|", "\\|")} |`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(table, render(rows()));
