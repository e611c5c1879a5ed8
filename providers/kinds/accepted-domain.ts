import type { ConditionKind } from "../kind.ts";

/**
 * The signature service's host name has to be an accepted domain of the tenant, or returned mail is refused. The service adds it
 * (a TXT record and a verified Entra domain; no cmdlet can).
 */
export const acceptedDomain: ConditionKind = {
  is: "condition",
  sides: ["online", "onPremises"],
  observe: async ({ DomainName }, world, side) => {
    const rows = await world.on(side).rows("AcceptedDomain");
    const name = String(DomainName).toLowerCase();
    // A certificate's name counts when it lies in an accepted domain.
    const found = rows.some((row) => `.${name}`.endsWith(`.${String(row["DomainName"]).toLowerCase()}`));
    return { Present: String(found) };
  },
  unmet: ({ DomainName }, { Present }) =>
    Present === "true"
      ? []
      : [
          `'${String(DomainName)}' is not an accepted domain of the tenant, so Exchange Online would refuse stamped mail with "550 5.7.64 TenantAttribution". Let the signature service add it (it verifies the domain by a TXT record), or add it in Microsoft 365 admin center > Settings > Domains.`,
        ],
};
