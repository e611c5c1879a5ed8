import { needs, type Topic } from "../step.ts";

const listed = needs("include", "only", "allExcept");

/** The manuals' page "Senders scope": whose sent items are updated. */
export const senders: Topic = {
  title: "Senders scope",
  steps: [
    {
      name: "include",
      kind: "choice",
      ask: "Whose sent items are updated?",
      hint: "What has no mailbox, such as a distribution group, has no sent items and is never updated.",
      choices: [
        { value: "all", label: "Everybody's" },
        { value: "only", label: "Only those of a list" },
        { value: "allExcept", label: "Everybody's except those of a list" },
      ],
      fallback: () => "all",
    },
    {
      name: "users",
      kind: "list",
      ask: "People (and shared mailboxes) of the list",
      path: "senders.users",
      search: "people",
      skip: listed,
      fallback: () => [],
    },
    {
      name: "groups",
      kind: "list",
      ask: "Groups of the list",
      hint: "Nested and hidden groups count.",
      // A list needs users or groups; who gave no users hears it here.
      path: "senders",
      search: "groups",
      skip: listed,
      fallback: () => [],
    },
  ],
};
