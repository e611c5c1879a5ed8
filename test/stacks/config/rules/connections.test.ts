import * as rules from "../../../../stacks/config/rules/connections.ts";
import { hold, credential, online, without } from "./cases.ts";
import { edited, hybrid, onPremises } from "../samples.ts";

hold(rules, {
  sidesOfTheEnvironment: [
    [
      "hybrid without Exchange Online",
      edited(hybrid, without("connections", "online")),
      "connections.online: is missing: Exchange Online is part of the environment hybrid",
    ],
    [
      "hybrid without own servers",
      edited(hybrid, without("connections", "onPremises")),
      "connections.onPremises: is missing: your own servers are part of the environment hybrid",
    ],
    [
      "on-premises with Exchange Online",
      edited(onPremises, [["connections", "online"], { admin: { via: "rest", ...credential } }]),
      "connections.online: must go: Exchange Online is no part of the environment onPremises",
    ],
    [
      "online with own servers",
      edited(online, [
        ["connections", "onPremises"],
        { autodiscover: true, admin: { via: "rest", url: "https://m", username: "a", password: "${env:P}" } },
      ]),
      "connections.onPremises: must go: your own servers are no part of the environment online",
    ],
  ],
  hybridIsAutodiscoverOnly: [
    [
      "a server in a hybrid organization",
      edited(hybrid, [["connections", "onPremises", "server"], "mail01.contoso.com"]),
      "connections.onPremises.server: must go: a hybrid organization is located by autodiscover only",
    ],
    [
      "an EWS URL instead of autodiscover in a hybrid organization",
      edited(
        hybrid,
        [["connections", "onPremises", "ewsUrl"], "https://mail01.contoso.com/EWS/Exchange.asmx"],
        without("connections", "onPremises", "autodiscover"),
      ),
      "connections.onPremises.ewsUrl: must go: a hybrid organization is located by autodiscover only",
    ],
    [
      "no way to the server",
      edited(hybrid, without("connections", "onPremises", "autodiscover")),
      "connections.onPremises.autodiscover: is missing: true, or the URL to ask",
    ],
  ],
  oneWayToTheServer: [
    [
      "autodiscover and a server",
      edited(onPremises, [["connections", "onPremises", "autodiscover"], true]),
      "connections.onPremises.server: must go, or else autodiscover",
    ],
    [
      "neither autodiscover nor a server",
      edited(onPremises, without("connections", "onPremises", "server")),
      "connections.onPremises: must say how the server is found",
    ],
  ],
  tokensComeFromTheTenant: [
    [
      "tokens for servers of an organization without a tenant",
      edited(onPremises, [["connections", "onPremises", "ewsAuthentication"], "oauth"]),
      "connections.onPremises.ewsAuthentication: must be ntlm or basic",
    ],
    [
      "tokens for nobody",
      edited(hybrid, [["connections", "onPremises", "ewsAuthentication"], "oauth"]),
      "serviceAccount.application: is missing: with ewsAuthentication: oauth",
    ],
    [
      "what tokens are asked for, and none are",
      edited(onPremises, [["connections", "onPremises", "ewsResource"], "https://mail.contoso.com"]),
      "connections.onPremises.ewsResource: must go",
    ],
  ],
  graphAndLoginOfOneCloud: [
    [
      "Graph of a national cloud with the login of another",
      edited(hybrid, [["connections", "online", "graphUrl"], "https://graph.microsoft.us"]),
      "connections.online.loginUrl: must be https://login.microsoftonline.us",
    ],
  ],
  tenantIsKnown: [
    [
      "no tenant",
      edited(hybrid, without("organization", "tenant")),
      "organization.tenant: is missing: Exchange Online takes part",
    ],
    [
      "no tenant id",
      edited(hybrid, without("organization", "tenantId")),
      "organization.tenantId: is missing: Exchange Online takes part",
    ],
  ],
  oneCredentialPerApplication: [
    [
      "no credential",
      edited(hybrid, without("connections", "online", "admin", "clientSecret")),
      "connections.online.admin: must have a clientSecret, a certificate, federatedTokenFile, managedIdentity: true or signIn",
    ],
    [
      "two credentials",
      edited(online, [
        ["serviceAccount", "application", "certificate"],
        { key: "${env:K}", certificate: "${env:C}" },
      ]),
      "serviceAccount.application: must have a clientSecret, a certificate, managedIdentity or federatedTokenFile, not more than one",
    ],
    [
      "a secret beside a managed identity",
      edited(hybrid, [["connections", "online", "admin", "managedIdentity"], true]),
      "connections.online.admin: must have a clientSecret, a certificate, federatedTokenFile, managedIdentity: true or signIn, not more than one",
    ],
  ],
  applicationIsNamed: [
    [
      "a secret of nobody",
      edited(hybrid, without("connections", "online", "admin", "clientId")),
      "connections.online.admin.clientId: is missing",
    ],
  ],
  passwordsTravelEncrypted: [
    [
      "an admin endpoint without TLS",
      edited(hybrid, [["connections", "onPremises", "admin", "url"], "http://mail01/admin"]),
      "connections.onPremises.admin.url: must start with https://",
    ],
    [
      "a PowerShell session that signs in with Basic, without TLS",
      edited(
        hybrid,
        [["connections", "onPremises", "admin", "url"], "http://mail01/PowerShell"],
        [["connections", "onPremises", "admin", "via"], "powershell"],
        [["connections", "onPremises", "admin", "authentication"], "Basic"],
      ),
      "connections.onPremises.admin.url: must start with https://",
    ],
  ],
  deadlineFollowsSettling: [
    [
      "a deadline before the settle delay",
      edited(hybrid, [["daemon"], { settleDelaySeconds: 9, deadlineSeconds: 5 }]),
      "daemon.deadlineSeconds: must be more than settleDelaySeconds (9)",
    ],
  ],
  daemonReadsNoStackConfiguration: [
    [
      "Pulumi's configuration where the daemon looks",
      edited(
        hybrid,
        [["serviceAccount", "password"], "${config:password}"],
        [["intake", "listen", "key"], "${config:key}"],
        [["connections", "onPremises", "autodiscover"], "https://${config:host}/x"],
        [["connections", "onPremises", "admin", "password"], "${config:right}"],
      ),
      "serviceAccount.password: must be ${env:NAME} or ${file:path}: the daemon does not see Pulumi's configuration",
      "intake.listen.key: must be ${env:NAME}",
      "connections.onPremises.autodiscover: must be ${env:NAME}",
    ],
  ],
});
