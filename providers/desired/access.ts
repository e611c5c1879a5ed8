import type { Config } from "../../stacks/config/types.ts";
import { item, type Desired } from "./resource.ts";

/** The service account and what it may do; on-premises only (in Exchange Online an application does this work). */
export function access(config: Config, stack: string): Desired[] {
  const { environment, serviceAccount, impersonation, senders } = config;
  const { upn } = serviceAccount;
  if (environment === "online" || upn === undefined) return [];
  const name = upn.slice(0, upn.indexOf("@"));
  const account = serviceAccount.create
    ? item("service-account", "ServiceAccount", "onPremises", {
        Name: name,
        UserPrincipalName: upn,
        DisplayName: "Sent Items Update service account",
      })
    : item("service-account", "ExistingAccount", "onPremises", {
        UserPrincipalName: upn,
        Hybrid: environment === "hybrid",
      });
  if (impersonation.manage === "verify") {
    return [
      account,
      item("impersonation-grant", "ImpersonationGranted", "onPremises", { User: upn }, [account]),
    ];
  }
  const scope =
    impersonation.scope === "senders"
      ? item("sender-scope", "ManagementScope", "onPremises", {
          Name: `Sent Items Update senders (${stack})`,
          Include: senders.include,
          Users: senders.users,
          Groups: senders.groups,
        })
      : undefined;
  const grant = item(
    "impersonation-grant",
    "ImpersonationGrant",
    "onPremises",
    {
      Name: `Sent Items Update impersonation (${stack})`,
      Role: "ApplicationImpersonation",
      User: upn,
      ...(scope && { CustomRecipientWriteScope: String(scope.inputs["Name"]) }),
    },
    [account, scope],
  );
  return [account, ...(scope ? [scope] : []), grant];
}
