import type { Rule } from "../draft.ts";

/** What the configuration can say and this version cannot do. Each line goes when its feature comes. */
export const notYet: Rule = ({ config }) => {
  const { splitMessages, intake } = config;
  const missing: (readonly [boolean, readonly (string | number)[], string])[] = [
    [
      intake?.via !== "journal" &&
        splitMessages?.saveAll !== true &&
        ["external", "internal"].includes(splitMessages?.keep ?? ""),
      ["splitMessages", "keep"],
      `the ${splitMessages?.keep} version, other than by journal reports, which alone tell whom a version went to; ` +
        "use intake.via: journal, or keep: first or last",
    ],
  ];
  return missing
    .filter(([isMissing]) => isMissing)
    .map(([, path, what]) => ({ path, message: `is right, but this version cannot do it yet: ${what}` }));
};
