import type { Row } from "../../../providers/exchange/port.ts";
import type { Props } from "../../../providers/kind.ts";
import { existingAccount } from "../../../providers/kinds/existing-account.ts";
import { senderScope } from "../../../providers/kinds/sender-scope.ts";
import { addressOf, isDynamic, isGroup } from "../../../providers/people.ts";
import type { OpenWorld } from "../../../providers/world.ts";
import { openConnections } from "../connections.ts";
import type { Answers } from "./answers.ts";
import { configOf } from "./config.ts";
import { isOwn, type Step } from "./step.ts";
import { connection } from "./steps/connection.ts";
import { organization } from "./steps/organization.ts";

/** Somebody or a group of the directory, by what the configuration calls them. */
export interface Found {
  value: string;
  label: string;
}

/** The organization's directory, read and never written. */
export interface Directory {
  /** Who begins with a text, at most 50 of them. @throws Fault | UnresolvedReferences where it cannot be asked */
  find: (what: NonNullable<Step["search"]>, beginning: string) => Promise<Found[]>;
  /** What an account on servers of one's own lacks, in the manual's words. @throws Fault */
  lacks: (answers: Answers) => Promise<string[]>;
  /** How many licences the sender scope of the answers uses. @throws Fault */
  licences: (answers: Answers) => Promise<string[]>;
  close: () => Promise<void>;
}

/** The directory behind the connections that were answered; nothing is opened before it is asked. */
export function openDirectory(answers: Answers): Directory {
  let opened: Promise<OpenWorld> | undefined;
  const world = (): Promise<OpenWorld> => (opened ??= open(answers));
  const side = isOwn(answers) ? "onPremises" : "online";
  return {
    find: async (what, beginning) => {
      const query = { ...(beginning !== "" && { Anr: beginning }), ResultSize: 50 };
      const session = (await world()).on(side);
      if (what === "accounts") {
        const users = await session.run("Get-User", query);
        return users
          .map((row) => found(String(row["UserPrincipalName"] ?? ""), row))
          .filter(({ value }) => value);
      }
      const rows = await session.run("Get-Recipient", query);
      return rows.filter(among(what)).map((row) => found(addressOf(row), row));
    },
    lacks: async ({ upn = "", environment }) => {
      const wish = { UserPrincipalName: upn, Hybrid: environment === "hybrid" };
      return existingAccount.unmet(wish, await existingAccount.observe(wish, await world(), "onPremises"));
    },
    licences: async (asked) =>
      (await senderScope.advise?.({ Scope: "signatures", ...whom(asked) }, await world(), "online")) ?? [],
    close: async () => (await opened)?.close(),
  };
}

function whom({ scope, scopeDomains, scopeGroup = "", scopePeople, scopeMembers }: Answers): Props {
  if (scope === "everyone") return { Everyone: true };
  return scopeDomains
    ? { Domains: scopeDomains }
    : { Recipients: scopePeople ?? scopeMembers ?? [scopeGroup] };
}

function open(answers: Answers): Promise<OpenWorld> {
  const names = new Set<string>(
    [organization, connection].flatMap(({ steps }) => steps.map(({ name }) => name)),
  );
  const reached = Object.fromEntries(Object.entries(answers).filter(([name]) => names.has(name)));
  // What Exchange warns of here is that there are more than it shows.
  return openConnections("init", configOf(reached), () => {});
}

function among(what: NonNullable<Step["search"]>): (row: Row) => boolean {
  const isAny = (row: Row): boolean =>
    isGroup(row) || isDynamic(row) || row["RecipientTypeDetails"] === "GroupMailbox";
  const isContact = (row: Row): boolean => /contact/i.test(String(row["RecipientTypeDetails"]));
  if (what === "groups") return isAny;
  if (what === "people") return (row) => !isAny(row) && !isContact(row);
  return (row) => !isContact(row);
}

function found(value: string, row: Row): Found {
  const name = String(row["DisplayName"] || row["Name"]);
  return { value, label: name === value ? value : `${name} <${value}>` };
}
