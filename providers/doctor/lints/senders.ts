import type { Lint } from "../lint.ts";

/** Whose mail is signed, and whose sent items are updated. */
export const senders = {
  SIU050: {
    severity: "note",
    title: "Licences",
    find: ({ licences }) => [...licences],
  },
  SIU051: {
    severity: "note",
    title: "Mailboxes on hold grow",
    find: ({ sides }) =>
      Object.values(sides)
        .filter(({ held }) => held > 0)
        .map(
          ({ held }) =>
            `${held} ${held === 1 ? "mailbox is" : "mailboxes are"} on litigation hold: each update of a sent item leaves the version before it in Recoverable Items. Watch their quota, or leave their owners out of senders.`,
        ),
  },
  SIU052: {
    severity: "warning",
    title: "A sender without a mailbox",
    find: ({ recipients, config: { senders } }) => {
      if (senders.include !== "only") return [];
      return senders.users
        .map((address) => ({ address, type: String(recipients.get(address)?.["RecipientTypeDetails"]) }))
        .filter(({ type }) => /Group|Contact/i.test(type))
        .map(
          ({ address, type }) =>
            `'${address}' in senders.users has no mailbox (${type}), so mail sent as it can never be updated. Name a group in senders.groups to mean its members, and who sends as it in sendAs.`,
        );
    },
  },
} satisfies Record<string, Lint>;
