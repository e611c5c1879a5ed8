import { type Rule, waysIn } from "../draft.ts";

/** What the configuration can say and this version cannot do. Each line goes when its feature comes. */
export const notYet: Rule = ({ config }) => {
  const { splitMessages } = config;
  // Of several ways in the first to bring a version counts.
  const tells = waysIn(config).every(({ intake }) => intake.via === "journal" || intake.via === "connector");
  const missing: (readonly [boolean, readonly (string | number)[], string])[] = [
    [
      !tells &&
        splitMessages?.saveAll !== true &&
        ["external", "internal"].includes(splitMessages?.keep ?? ""),
      ["splitMessages", "keep"],
      `the ${splitMessages?.keep} version, other than by a connector or journal reports, which alone tell for whom a version is; ` +
        "use intake.via: connector or journal, or keep: first or last",
    ],
  ];
  return missing
    .filter(([isMissing]) => isMissing)
    .map(([, path, what]) => ({ path, message: `is right, but this version cannot do it yet: ${what}` }));
};
