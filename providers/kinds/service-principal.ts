import { objectKind } from "../kind.ts";

/** Exchange Online's pointer to an application in Entra, which grants are made to. Exchange checks neither of its ids. */
export const servicePrincipal = objectKind({
  noun: "ServicePrincipal",
  sides: ["online"],
  identity: "AppId",
  mark: "DisplayName",
  fixed: ["AppId", "ObjectId"],
});
