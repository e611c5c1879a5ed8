import type { Config } from "../../stacks/config/types.ts";
import { isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { allOutbound } from "../kinds/outbound-connector.ts";
import { isGroup, membersOf } from "../people.ts";
import type { Or } from "./unread.ts";

/** What one side shows, each noun read once; nothing of what nobody may read, which `unread` says. */
export interface SideFacts {
  rules: readonly Row[];
  outbound: readonly Row[];
  sendConnectors: readonly Row[];
  domains: readonly Row[];
  organization: readonly Row[];
  transport: readonly Row[];
  /** Who works in mailboxes: every assignment that the account or the application has, and all scopes. */
  grants: readonly Row[];
  scopes: readonly Row[];
  /** Groups inside of groups that a scope names, which the scope itself does not name. */
  nested: readonly { scope: string; group: string; inside: string }[];
  /** Mailboxes on litigation hold. */
  held: number;
  policies: readonly Row[];
}

/** Reads a side. */
export async function sideFacts(session: Session, config: Config, or: Or): Promise<SideFacts> {
  const online = session.side === "online";
  const rows = (noun: string): Promise<readonly Row[]> => or([], `Get-${noun}`, () => session.rows(noun));
  const holder = online ? config.serviceAccount.application : config.serviceAccount;
  const who = holder && ("clientId" in holder ? (holder.objectId ?? holder.clientId) : holder.upn);
  const [rules, outbound, sendConnectors, domains, organization, transport, scopes, policies] =
    await Promise.all([
      rows("TransportRule"),
      online ? or([], "Get-OutboundConnector", () => allOutbound(session)) : [],
      online ? [] : rows("SendConnector"),
      rows("AcceptedDomain"),
      rows("OrganizationConfig"),
      rows("TransportConfig"),
      rows("ManagementScope"),
      online ? rows("ApplicationAccessPolicy") : [],
    ]);
  const grants =
    who === undefined ? [] : await or([], "Get-ManagementRoleAssignment", () => grantsOf(who, session));
  return {
    rules,
    outbound,
    sendConnectors,
    domains,
    organization,
    transport,
    grants,
    scopes,
    policies,
    nested: await or([], "nested groups", () => nestedIn(scopes, grants, session)),
    held: await or(0, "Get-Mailbox", async () => {
      const Filter = "LitigationHoldEnabled -eq $true";
      return (await session.run("Get-Mailbox", { Filter, ResultSize: "Unlimited" })).length;
    }),
  };
}

async function grantsOf(RoleAssignee: string, session: Session): Promise<Row[]> {
  try {
    return await session.run("Get-ManagementRoleAssignment", { RoleAssignee, Enabled: true });
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return [];
    throw error;
  }
}

/** Groups that `MemberOfGroup` of a granted scope passes over: members of members are none for it. */
async function nestedIn(
  scopes: readonly Row[],
  grants: readonly Row[],
  session: Session,
): Promise<SideFacts["nested"]> {
  const used = new Set(
    grants.flatMap((row) => [row["CustomRecipientWriteScope"], row["CustomResourceScope"]].map(String)),
  );
  const found: { scope: string; group: string; inside: string }[] = [];
  for (const scope of scopes.filter((row) => used.has(String(row["Name"])))) {
    const filter = String(scope["RecipientFilter"]);
    for (const [, quoted = ""] of filter.matchAll(/MemberOfGroup\s+-eq\s+'((?:[^']|'')*)'/gi)) {
      const group = quoted.replaceAll("''", "'");
      for (const member of await membersOf({ DistinguishedName: group }, session)) {
        const inside = String(member["DistinguishedName"]);
        if (isGroup(member) && !filter.toLowerCase().includes(inside.toLowerCase().replaceAll("'", "''")))
          found.push({ scope: String(scope["Name"]), group, inside: String(member["Name"]) });
      }
    }
  }
  return found;
}
