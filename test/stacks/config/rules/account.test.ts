import * as rules from "../../../../stacks/config/rules/account.ts";
import { hold, application, online, without } from "./cases.ts";
import { edited, hybrid, onPremises } from "../samples.ts";

hold(rules, {
  createdOnlyOnPremises: [
    [
      "an account created in a hybrid organization",
      edited(hybrid, [["serviceAccount", "create"], true]),
      "serviceAccount.create: must be false: an account is created only on-premises; give upn and password",
    ],
    [
      "an account created in Exchange Online",
      edited(online, [["serviceAccount", "create"], true]),
      "serviceAccount.create: must be false: an account is created only on-premises; give an application",
    ],
  ],
  userAccountForOwnServers: [
    [
      "no password",
      edited(hybrid, without("serviceAccount", "password")),
      "serviceAccount.password: is missing: on-premises mailboxes are reached by an account with upn and password",
    ],
    [
      "no account and none to create",
      edited(onPremises, [["serviceAccount"], { password: "${env:P}" }]),
      "serviceAccount.upn: is missing: on-premises mailboxes are reached by an account with upn and password, or create: true",
    ],
  ],
  applicationForExchangeOnline: [
    [
      "an application on-premises",
      edited(onPremises, [["serviceAccount", "application"], application]),
      "serviceAccount.application: must go: applications exist only in Exchange Online",
    ],
    [
      "a user account in Exchange Online",
      edited(online, [["serviceAccount"], { upn: "siu@contoso.onmicrosoft.com", password: "${env:P}" }]),
      "serviceAccount.upn: must go: Exchange Online mailboxes are reached by an application",
      "serviceAccount.password: must go",
      "serviceAccount.application: is missing",
    ],
  ],
  noFederatedUpn: [
    [
      "an account of a federated domain",
      edited(hybrid, [["organization", "federatedDomains"], ["Contoso.com"]]),
      "serviceAccount.upn: must not belong to contoso.com, a federated domain",
    ],
    [
      "a created account of a federated domain",
      edited(onPremises, [["organization", "federatedDomains"], ["contoso.com"]]),
      "serviceAccount.upn: must not belong to contoso.com, a federated domain",
    ],
  ],
  localUpnForOwnServers: [
    [
      "a cloud account for own servers",
      edited(hybrid, [["serviceAccount", "upn"], "siu@contoso.onmicrosoft.com"]),
      "serviceAccount.upn: must belong to a local domain: an account of contoso.onmicrosoft.com",
    ],
  ],
  createdAccountIsGranted: [
    [
      "a created account whose rights are only verified",
      edited(onPremises, [["impersonation"], { manage: "verify" }]),
      "impersonation.manage: must be full",
    ],
  ],
  applicationIsKnownByBothIds: [
    [
      "an application without its object id",
      edited(online, without("serviceAccount", "application", "objectId")),
      "serviceAccount.application.objectId: is missing: access is granted to the application's service principal",
    ],
  ],
});
