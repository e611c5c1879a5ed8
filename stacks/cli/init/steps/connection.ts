import type { Answers } from "../answers.ts";
import { needs, onlineOnly, ownOnly, type Skip, type Step, type Topic } from "../step.ts";

const hybridIsLocated = ({ environment }: Answers): string | false =>
  environment === "hybrid" && "a hybrid organization is located by Autodiscover only";

const manualOnly: Skip = (answers) =>
  ownOnly(answers) || hybridIsLocated(answers) || needs("connection", "manual")(answers);

const via: Pick<Step, "kind" | "choices" | "fallback"> = {
  kind: "choice",
  choices: [
    { value: "powershell", label: "PowerShell" },
    { value: "rest", label: "The admin REST endpoint (not documented by Microsoft for third parties)" },
  ],
  fallback: () => "powershell",
};

/** The manuals' page "Server connection": how your own servers are found, and how cmdlets are run there. */
export const connection: Topic = {
  title: "Server connection",
  steps: [
    {
      name: "connection",
      kind: "choice",
      ask: "How is the server located?",
      choices: [
        { value: "autodiscover", label: "Automatically, by Autodiscover" },
        { value: "manual", label: "By hand: its DNS name or IP address, for instance in another domain" },
      ],
      skip: (answers) => ownOnly(answers) || hybridIsLocated(answers),
      fallback: () => "autodiscover",
    },
    {
      name: "autodiscoverUrl",
      kind: "text",
      ask: "Autodiscover service to ask",
      hint: "An https:// URL. Nothing: the usual places of the domain.",
      path: "connections.onPremises.autodiscover",
      skip: (answers) =>
        ownOnly(answers) || (answers.connection === "manual" && "the server is given by hand"),
      fallback: () => "",
    },
    {
      name: "server",
      kind: "text",
      ask: "The server's DNS name or IP address",
      hint: "localhost where the daemon runs on a Client Access server itself.",
      path: "connections.onPremises.server",
      skip: manualOnly,
    },
    {
      name: "ewsUrl",
      kind: "text",
      ask: "EWS URL",
      path: "connections.onPremises.ewsUrl",
      skip: manualOnly,
      fallback: ({ server = "" }) =>
        `https://${server.includes(":") ? `[${server}]` : server}/EWS/Exchange.asmx`,
    },
    {
      name: "certificateAuthority",
      kind: "reference",
      ask: "Certificates to trust beside the system's own",
      hint: "For servers with a private authority: file:/etc/siu/ca.pem. Nothing: the system's own.",
      path: "connections.certificateAuthority",
      skip: ownOnly,
      fallback: () => "",
    },
    {
      name: "adminVia",
      ask: "How are cmdlets run on your own servers?",
      path: "connections.onPremises.admin.via",
      skip: ownOnly,
      ...via,
    },
    {
      name: "adminUrl",
      kind: "text",
      ask: "Its address, such as http://mail01.contoso.com/PowerShell/",
      path: "connections.onPremises.admin.url",
      skip: ownOnly,
    },
    {
      name: "adminAuthentication",
      kind: "choice",
      ask: "How does the session sign in?",
      path: "connections.onPremises.admin.authentication",
      choices: ["Kerberos", "Negotiate", "Basic"].map((value) => ({ value, label: value })),
      skip: (answers) => ownOnly(answers) || needs("adminVia", "powershell")(answers),
      fallback: () => "Kerberos",
    },
    {
      name: "adminUser",
      kind: "text",
      ask: "Administrator on your own servers",
      hint: "A member of Domain Admins: it grants impersonation, and creates accounts. Used for a run and never stored.",
      path: "connections.onPremises.admin.username",
      skip: ownOnly,
    },
    {
      name: "adminPassword",
      kind: "reference",
      ask: "Where the administrator's password is found",
      hint: "Never the password itself: env:NAME, file:path or config:key.",
      path: "connections.onPremises.admin.password",
      skip: ownOnly,
      fallback: () => "env:EXCHANGE_ADMIN_PASSWORD",
    },
    {
      name: "onlineVia",
      ask: "How are cmdlets run in Exchange Online?",
      path: "connections.online.admin.via",
      skip: onlineOnly,
      ...via,
    },
    ...rareUrls({
      onlineUrl: ["Admin endpoint of Exchange Online", "admin.url"],
      onlineTokenUrl: ["Where its tokens are issued", "admin.tokenUrl"],
      graphUrl: ["Microsoft Graph of a national cloud", "graphUrl"],
      loginUrl: ["Sign-in of a national cloud", "loginUrl"],
    }),
    {
      name: "onlineCredential",
      kind: "choice",
      ask: "How does the application sign in that runs them?",
      hint: "An application registered in Entra, or a machine of Azure, with the Exchange administrator role.",
      choices: [
        { value: "secret", label: "With a client secret" },
        { value: "certificate", label: "With a certificate" },
        { value: "managedIdentity", label: "As the machine of Azure that it runs on" },
        { value: "browser", label: "No application: you sign in, in the browser" },
        { value: "deviceCode", label: "No application: you sign in with a code, on any device" },
      ],
      skip: onlineOnly,
      fallback: () => "secret",
    },
    {
      name: "onlineClientId",
      kind: "text",
      ask: "Its application (client) id",
      path: "connections.online.admin.clientId",
      skip: (answers) => onlineOnly(answers) || needs("onlineCredential", "secret", "certificate")(answers),
    },
    {
      name: "onlineSecret",
      kind: "reference",
      ask: "Where its client secret is found",
      hint: "Never the secret itself: env:NAME, file:path or config:key.",
      path: "connections.online.admin.clientSecret",
      skip: (answers) => onlineOnly(answers) || needs("onlineCredential", "secret")(answers),
      fallback: () => "env:EXCHANGE_ONLINE_SECRET",
    },
    ...(["onlineKey", "onlineCertificate"] as const).map((name): Step => {
      const part = name === "onlineKey" ? "key" : "certificate";
      return {
        name,
        kind: "reference",
        ask: `Where its ${part === "key" ? "private key" : "certificate"} is found (PEM)`,
        path: `connections.online.admin.certificate.${part}`,
        skip: (answers) => onlineOnly(answers) || needs("onlineCredential", "certificate")(answers),
        fallback: () => `file:/etc/siu/exchange-online.${part === "key" ? "key" : "crt"}`,
      };
    }),
  ],
};

function rareUrls(urls: Partial<Record<keyof Answers, [ask: string, path: string]>>): Step[] {
  return Object.entries(urls).map(([name, [ask, path]]) => ({
    name: name as keyof Answers,
    kind: "text",
    ask,
    path: `connections.online.${path}`,
    skip: onlineOnly,
    fallback: () => "",
    rare: true,
  }));
}
