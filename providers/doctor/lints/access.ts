import { wideConsents } from "../../application-roles.ts";
import type { Row, SideName } from "../../exchange/port.ts";
import { loose } from "../../forms.ts";
import type { Facts } from "../facts.ts";
import type { Lint } from "../lint.ts";

/** Who may work in whose mailboxes. */
export const access = {
  SIU010: {
    severity: "error",
    title: "A consent in Entra voids the scope",
    find: ({ config, consents }) => {
      if (config.impersonation.scope !== "senders" || "unknown" in consents) return [];
      const wide = consents.roles.filter((each) => wideConsents.has(each));
      return wide.length === 0
        ? []
        : [
            `The application may work in every mailbox, whatever the scope says: ${wide.join(", ")} was consented to in Entra, and a consent adds to the scope. Take it away there (App registrations, API permissions); the grants in Exchange are enough.`,
          ];
    },
  },
  SIU011: {
    severity: "note",
    title: "Nobody looked at the consents in Entra",
    find: ({ config, consents }) =>
      config.serviceAccount.application && "unknown" in consents
        ? [
            `A consent to permissions for mail would void the scope, and nobody saw whether there is one: ${consents.unknown}. Look into Entra: App registrations, API permissions.`,
          ]
        : [],
  },
  SIU012: {
    severity: "warning",
    title: "A grant is wider than the senders",
    find: (facts) =>
      facts.config.impersonation.scope === "organization"
        ? [
            `The file asks for a right to every mailbox (impersonation.scope: organization), whoever the senders are. Set it to senders.`,
          ]
        : granted(facts)
            .filter(
              ({ own, scope }) => scope === undefined || (own !== undefined && loose(scope) !== loose(own)),
            )
            .map(
              ({ row, scope }) =>
                `The management role assignment '${String(row["Name"])}' (${String(row["Role"])}) reaches ${scope === undefined ? "every mailbox" : `the mailboxes of the scope '${scope}'`}, not only the senders. Remove it: Remove-ManagementRoleAssignment -Identity '${String(row["Name"])}'`,
            ),
  },
  SIU013: {
    severity: "warning",
    title: "A nested group is outside of the scope",
    find: ({ sides }) =>
      Object.values(sides).flatMap(({ nested }) =>
        nested.map(
          ({ scope, group, inside }) =>
            `Members of '${inside}' are not in the management scope '${scope}', though that group is in ${group}: MemberOfGroup sees direct members only. Run npx siu up, which writes each nested group out, or add the group to the filter: Set-ManagementScope -Identity '${scope}' -RecipientRestrictionFilter <filter>`,
        ),
      ),
  },
  SIU014: {
    severity: "warning",
    title: "An exclusive scope restricts nobody",
    find: (facts) =>
      granted(facts).flatMap(({ side, scope }) =>
        facts.sides[side]?.scopes.some(
          (row) => loose(row["Name"]) === loose(scope) && loose(row["Exclusive"]) === "true",
        )
          ? [
              `The management scope '${String(scope)}' is exclusive: it keeps others out of these mailboxes and limits the grant to nothing. Make one without -Exclusive.`,
            ]
          : [],
      ),
  },
  SIU015: {
    severity: "warning",
    title: "The tenant is dehydrated",
    find: ({ sides }) =>
      (sides.online?.organization ?? []).some((row) => loose(row["IsDehydrated"]) === "true")
        ? [
            `The tenant still shares the configuration of all new tenants and takes no scopes and grants. npx siu up changes that; by hand, once and for all: Enable-OrganizationCustomization`,
          ]
        : [],
  },
  SIU016: {
    severity: "note",
    title: "Multi-factor authentication of the account is not seen",
    find: ({ config }) =>
      config.environment === "hybrid" && config.serviceAccount.upn !== undefined
        ? [
            `No cmdlet shows whether '${config.serviceAccount.upn}' is asked for a second factor, which the manual does not support. Look into Entra (Users, Per-user MFA; Conditional Access).`,
          ]
        : [],
  },
  SIU017: {
    severity: "note",
    title: "An application access policy limits nothing here",
    find: ({ config, sides }) =>
      (sides.online?.policies ?? [])
        .filter((row) => loose(row["AppId"]) === loose(config.serviceAccount.application?.clientId))
        .map(
          (row) =>
            `The application access policy '${String(row["Description"] || row["Identity"])}' is of the old kind: it limits consents in Entra, not the grants in Exchange. Remove it when no consent is left: Remove-ApplicationAccessPolicy`,
        ),
  },
} satisfies Record<string, Lint>;

/** Usable grants to mailboxes, each with its scope and the one that this stack wants. */
function granted({
  sides,
  resources,
}: Facts): { side: SideName; row: Row; own: string | undefined; scope: string | undefined }[] {
  return (["onPremises", "online"] as const).flatMap((side) => {
    const wanted = resources.find((each) => each.kind === "ManagementScope" && each.side === side);
    const own = wanted && String(wanted.props["Name"]);
    return (sides[side]?.grants ?? [])
      .filter((row) => /^(ApplicationImpersonation|Application Mail)/i.test(String(row["Role"])))
      .filter((row) => loose(row["RoleAssignmentDelegationType"] ?? "Regular") === "regular")
      .map((row) => {
        const scopes = [row["CustomRecipientWriteScope"], row["CustomResourceScope"]];
        const scope = scopes.find((each) => loose(each) !== null);
        return { side, row, own, scope: scope === undefined ? undefined : String(scope) };
      });
  });
}
