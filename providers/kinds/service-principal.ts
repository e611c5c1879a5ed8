import { objectKind } from "../kind.ts";

/** Exchange Online's pointer to an application in Entra, which grants are made to. Exchange checks neither of its ids. */
export const servicePrincipal = objectKind({
  noun: "ServicePrincipal",
  sides: ["online"],
  identity: "AppId",
  mark: "DisplayName",
  remains:
    "In Entra a deleted application stays for 30 days (App registrations, Deleted applications); Get-ServicePrincipal shows what still points to one.",
  fixed: ["AppId", "ObjectId"],
});
