import type { Rule } from "../draft.ts";

/** What the configuration can say and this version cannot do. Each line goes when its feature comes. */
export const notYet: Rule = ({ config }) => {
  const { splitMessages, intake, transportRules } = config;
  const missing: (readonly [boolean, readonly (string | number)[], string])[] = [
    [
      intake?.via !== undefined && intake.via !== "connector",
      ["intake", "via"],
      `the way in '${intake?.via}'; use via: connector, in a hybrid organization`,
    ],
    [
      splitMessages?.saveAll !== true && ["external", "internal"].includes(splitMessages?.keep ?? ""),
      ["splitMessages", "keep"],
      `the ${splitMessages?.keep} version; use keep: first or last`,
    ],
    ...(transportRules ?? []).map(
      (rule, index) =>
        [
          rule?.preset === "custom",
          ["transportRules", index, "preset"],
          "rules of your own; use preset: signatures",
        ] as const,
    ),
  ];
  return missing
    .filter(([isMissing]) => isMissing)
    .map(([, path, what]) => ({ path, message: `is right, but this version cannot do it yet: ${what}` }));
};
