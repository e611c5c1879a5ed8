import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/coverage.md");
const manuals = {
  A: "sent-items-update-2.x",
  B: "sent-items-update",
  C: "exchange-online-connectors",
};
const folder = new URL("../../../shared/manuals/", import.meta.url);

/** The cells of each row of the page's tables. */
const rows = page
  .split("\n")
  .filter((line) => /^\| [ABC]\d/.test(line))
  .map((line) => line.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$/g, "").trim()));

/** `A17-19, B21` as the lines that it names: A17, A18, A19, B21. */
function linesOf(text: string): string[] {
  return text.split(", ").flatMap((part) => {
    const [, manual = "", from, to = from] = /^([ABC])(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (manual === "") throw new Error(`The page names no lines: '${part}'.`);
    return Array.from(
      { length: Number(to) - Number(from) + 1 },
      (_, index) => `${manual}${Number(from) + index}`,
    );
  });
}

/** What the page calls a test: its file, and its title or case as it stands there. */
const shown = rows.flatMap(([lines = "", , , tests = ""]) =>
  tests
    .split("<br>")
    .filter((each) => each !== "")
    .map((each) => {
      const [, file = "", title = ""] = /^`(test\/\S+\.test\.ts)`: (.+)$/.exec(each) ?? [];
      return { lines, each, file, title };
    }),
);

describe("docs/coverage.md", () => {
  test.each(shown)("$lines: the test is there: $each", ({ each, file, title }) => {
    expect(file, each).not.toBe("");
    expect(read(file).includes(title)).toBe(true);
  });

  test("each row has a test, or says that there is nothing to show, or what is not covered", () => {
    const bare = rows.filter(
      ([, , here = "", tests = ""]) => tests === "" && !/\*\*|^no |^not part/.test(here),
    );
    expect(bare).toEqual([]);
  });

  test("each line is one of a manual, and no row stands there twice", () => {
    const texts = rows.map(([lines, says]) => `${lines} ${says}`);
    expect(new Set(texts).size).toBe(texts.length);
    expect(rows.flatMap(([lines = ""]) => linesOf(lines)).length).toBeGreaterThan(300);
  });

  test.skipIf(!existsSync(folder)).each(Object.entries(manuals))(
    "no line of manual %s is left out, but for captions (skipped where ../shared is missing)",
    (manual, name) => {
      const text = readFileSync(new URL(`${name}.txt`, folder), "utf8");
      const covered = new Set(rows.flatMap(([lines = ""]) => linesOf(lines)));
      const caption =
        /^(Fig\.|!\[\]|Info$|Tip$|Important$|Warning$|The Sent Items Update configuration wizard,|Exchange ?Rules|ER Pro|Backup - )/;
      const left = text
        .split("\n")
        .map((line, index) => [`${manual}${index + 1}`, line.trim()] as const)
        .filter(([, line]) => line !== "" && !caption.test(line))
        .filter(([number]) => !covered.has(number));
      expect(left).toEqual([]);
    },
  );
});
