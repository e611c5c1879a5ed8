import { objectKind } from "../kind.ts";
import { equals } from "../opath.ts";

/** A service account that is created with its mailbox (on-premises only). A new account of a domain is in Domain Users. */
export const serviceAccount = objectKind({
  noun: "Mailbox",
  sides: ["onPremises"],
  // One mailbox out of thousands: asked for alone, and without -Identity, for which absent would be a failure.
  query: ({ UserPrincipalName }) => ({ Filter: equals("UserPrincipalName", String(UserPrincipalName)) }),
  fixed: ["UserPrincipalName"],
  // New-Mailbox takes no comment; an account that a broken run left has to be known by what it was created with.
  mark: "DisplayName",
  secret: "Password",
});
