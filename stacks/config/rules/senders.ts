import { type Rule, sameName, waysIn } from "../draft.ts";

/** A list says who, `include` says how it is meant; one without the other is a slip. */
export const listMatchesInclude: Rule = ({ config }) => {
  const { senders } = config;
  if (senders?.include === undefined || senders.users === undefined || senders.groups === undefined)
    return [];
  const listed = senders.users.length + senders.groups.length > 0;
  if (senders.include === "all" && listed) {
    const key = senders.users.length > 0 ? "users" : "groups";
    return [
      {
        path: ["senders", key],
        key: true,
        message: "must go with include: all; say include: only or allExcept",
      },
    ];
  }
  if (senders.include !== "all" && !listed)
    return [
      {
        path: ["senders", "include"],
        message: `must come with a list: ${senders.include} needs users or groups`,
      },
    ];
  return [];
};

/** Nobody is listed twice, in whatever letter case. */
export const sendersAreListedOnce: Rule = ({ config }) => {
  const lists = (["users", "groups"] as const).flatMap((key) =>
    (config.senders?.[key] ?? []).map((address, index) => ({ address, path: ["senders", key, index] })),
  );
  return lists.flatMap(({ address, path }, index) => {
    const isRepeated = lists.slice(0, index).some((earlier) => sameName(earlier.address, address));
    return isRepeated ? [{ path, message: "must not be listed twice" }] : [];
  });
};

/** Manual: "If this option is not available (grayed out), this means that the message splitting feature is not enabled in your organization." */
export const saveAllNeedsSplitting: Rule = ({ config }) => {
  const { splitMessages } = config;
  if (splitMessages?.saveAll !== true || splitMessages.enabled !== false) return [];
  return [
    {
      path: ["splitMessages", "saveAll"],
      message:
        "must be false, or splitMessages.enabled true: there are no versions to save without splitting",
    },
  ];
};

/** A mailbox drops copies with the same Message-ID and submit time. */
export const saveAllNeedsVersions: Rule = ({ config }) => {
  const ways = waysIn(config);
  const onlyMailboxes = ways.length > 0 && ways.every(({ intake }) => intake.via === "mailbox");
  if (config.splitMessages?.saveAll !== true || !onlyMailboxes) return [];
  return [
    {
      path: ["splitMessages", "saveAll"],
      message:
        "must be false with intake.via mailbox, which may drop versions; connector, journal and relay keep them all",
    },
  ];
};

/** The same version looks different after its way through a mailbox and through a connector. */
export const saveAllTellsVersionsApart: Rule = ({ config }) => {
  const { splitMessages, signatureService } = config;
  if (splitMessages?.saveAll !== true || waysIn(config).length < 2) return [];
  if (signatureService?.preset !== "custom" || "processingIdHeader" in signatureService) return [];
  return [
    {
      path: ["signatureService", "processingIdHeader"],
      key: true,
      message: "is missing: a version that comes in twice would be saved twice",
    },
  ];
};
