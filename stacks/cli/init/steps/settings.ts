import { needs, type Topic } from "../step.ts";

const split = needs("splitting", true);

/** The manuals' page "SIU settings": what becomes of a sent item; and where the daemon runs. */
export const settings: Topic = {
  title: "Settings",
  steps: [
    {
      name: "keepOriginal",
      kind: "switch",
      ask: "Keep a copy of the original message?",
      hint: "Then there are two items in Sent Items for each message.",
      path: "keepOriginal",
      fallback: () => false,
    },
    {
      name: "whenEdited",
      kind: "choice",
      ask: "What if its owner has edited a sent item?",
      path: "whenEdited",
      choices: [
        { value: "skip", label: "Leave it as it is" },
        { value: "keepBoth", label: "Put a second item beside it that shows what was sent" },
      ],
      fallback: () => "skip",
    },
    {
      name: "splitting",
      kind: "switch",
      ask: "Does the signature service split messages for recipients with different rules?",
      path: "splitMessages.enabled",
      fallback: () => false,
    },
    {
      name: "saveAll",
      kind: "switch",
      ask: "Save every version in Sent Items?",
      path: "splitMessages.saveAll",
      skip: split,
      fallback: () => false,
    },
    {
      name: "keep",
      kind: "choice",
      ask: "Which version does the one sent item show?",
      path: "splitMessages.keep",
      choices: [
        { value: "last", label: "The last one" },
        { value: "first", label: "The first one" },
        { value: "external", label: "The one for recipients outside" },
        { value: "internal", label: "The one for recipients inside" },
      ],
      skip: (answers) => split(answers) || needs("saveAll", false)(answers),
      fallback: () => "last",
    },
    {
      name: "daemonUrl",
      kind: "text",
      ask: "The running daemon's address, such as http://127.0.0.1:8420",
      hint: "Each run then hands it the settings. Nothing: `siu publish` does.",
      path: "daemon.url",
      fallback: () => "",
    },
    {
      name: "daemonToken",
      kind: "reference",
      ask: "Where its token is found",
      path: "daemon.token",
      skip: (answers) => !answers.daemonUrl && "it goes with daemonUrl",
      fallback: () => "env:SIU_TOKEN",
    },
  ],
};
