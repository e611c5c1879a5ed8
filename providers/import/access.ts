import { Fault, isFault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import { loose } from "../forms.ts";
import { serviceAccount } from "../kinds/service-account.ts";
import { servicePrincipal } from "../kinds/service-principal.ts";
import { markOf, originOf } from "../mark.ts";
import { adoption, unlike, type Section, type Source } from "./found.ts";

/** Who works in the mailboxes of one side. */
export interface Access {
  /** Keys of `serviceAccount`. */
  serviceAccount: Section;
  /** The mailboxes that the right is limited to, as Exchange keeps the filter; undefined where it is not limited. */
  filter?: string;
  /** Whether this stack granted it, or would have to, so that it can go on to. */
  own: boolean;
  /** Whether anybody granted it. */
  granted: boolean;
}

/** The account that impersonates on servers of one's own: the one named, this stack's, or the only one. @throws Fault NOT_FOUND */
export async function accountAccess(source: Source, upn?: string): Promise<Access> {
  const { session, stack } = source;
  const rows = await session.rows("ManagementRoleAssignment", { Role: "ApplicationImpersonation" });
  const held = rows.filter((row) => loose(row["RoleAssignmentDelegationType"] ?? "Regular") === "regular");
  const own = held.find((row) => loose(row["Name"]) === loose(`Sent Items Update impersonation (${stack})`));
  const holders: { row: Row; user: Row }[] = [];
  for (const row of own ? [own] : held) {
    const user = await userOf(row, source);
    if (user && (upn === undefined || loose(user["UserPrincipalName"]) === loose(upn)))
      holders.push({ row, user });
  }
  const [first, ...others] = holders;
  if (others.length > 0)
    source.remark(
      `${holders.length} accounts hold impersonation; the file names the first. Say --upn for another one.`,
    );
  if (!first) {
    if (upn !== undefined) return { serviceAccount: { upn }, own: true, granted: false };
    throw new Fault(
      "NOT_FOUND",
      "No account holds impersonation (ApplicationImpersonation). Name the one that is to get it: --upn.",
    );
  }
  const { row, user } = first;
  const scoped = await scopeOf(row, "CustomRecipientWriteScope", source);
  const made = originOf(user[serviceAccount.mark ?? ""], markOf(stack)) === "created";
  return {
    serviceAccount: { ...(made && { create: true }), upn: String(user["UserPrincipalName"]) },
    ...scoped,
    granted: true,
    own: own !== undefined && scoped.filter !== "",
  };
}

/** The application that reads mailboxes of Exchange Online. @throws Fault NOT_FOUND */
export async function applicationAccess(source: Source, clientId?: string): Promise<Access> {
  const { session, stack } = source;
  const principals = await session.rows("ServicePrincipal");
  const rows = await session.rows("ManagementRoleAssignment", { Role: "Application Mail.ReadWrite" });
  const own = rows.find((row) => loose(row["Name"]) === loose(`Sent Items Update Mail.ReadWrite (${stack})`));
  const holders = (own ? [own] : rows).flatMap((row) => {
    const names = [row["App"], row["RoleAssignee"], row["RoleAssigneeName"]].map(loose);
    const app = principals.find((each) =>
      ["AppId", "ObjectId", "Name", "DisplayName", "Identity"].some((name) =>
        names.includes(loose(each[name]) ?? "-"),
      ),
    );
    return app && (clientId === undefined || loose(app["AppId"]) === loose(clientId)) ? [{ row, app }] : [];
  });
  const [first, ...others] = holders;
  if (others.length > 0)
    source.remark(
      `${holders.length} applications may change mail; the file names the first. Say --application-id for another one.`,
    );
  if (!first) {
    if (clientId !== undefined)
      return { serviceAccount: { application: { clientId } }, own: true, granted: false };
    throw new Fault(
      "NOT_FOUND",
      "No application holds 'Application Mail.ReadWrite' in Exchange Online. Name the one that is to get it: --application-id and --application-object-id.",
    );
  }
  const { row, app } = first;
  const scoped = await scopeOf(row, "CustomResourceScope", source);
  const application = { clientId: String(app["AppId"]), objectId: String(app["ObjectId"]) };
  const wanted = {
    AppId: application.clientId,
    ObjectId: application.objectId,
    DisplayName: "Sent Items Update",
  };
  const same = unlike(servicePrincipal, wanted, app, stack).length === 0;
  return {
    serviceAccount: { application, ...(same && adoption(servicePrincipal, app, stack)) },
    ...scoped,
    granted: true,
    own: own !== undefined && same && scoped.filter !== "",
  };
}

/** The filter of the scope that limits a right; empty for one under a name that this stack would not give. */
async function scopeOf(row: Row, property: string, { session, stack }: Source): Promise<{ filter?: string }> {
  const name = loose(row[property]);
  if (name === null) return {};
  const scopes = await session.rows("ManagementScope");
  const scope = scopes.find((each) => loose(each["Name"]) === name);
  if (!scope || name !== loose(`Sent Items Update senders (${stack})`)) return { filter: "" };
  return { filter: String(scope["RecipientFilter"] ?? "") };
}

/** Who holds an assignment; undefined for a group, or for an account that is gone. */
async function userOf(row: Row, { session }: Source): Promise<Row | undefined> {
  try {
    const [user] = await session.run("Get-User", { Identity: String(row["RoleAssignee"]) });
    return user;
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}
