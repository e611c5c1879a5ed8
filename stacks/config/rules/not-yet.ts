import type { Rule } from "../draft.ts";

/** What the configuration can say and this version cannot do. Each line goes when its feature comes. */
export const notYet: Rule = ({ config }) => {
  const { splitMessages } = config;
  const missing: (readonly [boolean, readonly (string | number)[], string])[] = [
    [
      splitMessages?.saveAll !== true && ["external", "internal"].includes(splitMessages?.keep ?? ""),
      ["splitMessages", "keep"],
      `the ${splitMessages?.keep} version; use keep: first or last`,
    ],
  ];
  return missing
    .filter(([isMissing]) => isMissing)
    .map(([, path, what]) => ({ path, message: `is right, but this version cannot do it yet: ${what}` }));
};
