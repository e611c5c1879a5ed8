import { rows, type Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { badArgument, notFound } from "./fault.ts";
import { matchingObjects } from "./identity.ts";
import { cmdletsOf } from "./noun.ts";
import { seeded } from "./seed.ts";

const server = "EX01";
const urls = ["ExternalUrl", "InternalNLBBypassUrl", "InternalUrl"];

/** Where EWS is published: `EX01\EWS (Default Web Site)` is there from the start, and Set changes its URLs and ways to sign in. */
export const webServicesVirtualDirectory: Cmdlet[] = cmdletsOf({
  noun: "WebServicesVirtualDirectory",
  defaults: { Server: server, GzipLevel: "High", ExtendedProtectionTokenChecking: "None" },
  identity: (row) => `${server}\\${String(row["Name"])}`,
  builtIn: () => [
    {
      Name: "EWS (Default Web Site)",
      InternalUrl: `https://${server.toLowerCase()}.contoso.com/EWS/Exchange.asmx`,
      ExternalUrl: `https://${seeded.onPremisesHost}/EWS/Exchange.asmx`,
      InternalNLBBypassUrl: null,
      WindowsAuthentication: true,
      WSSecurityAuthentication: true,
      OAuthAuthentication: true,
    },
  ],
  settle: (_call, next) => {
    for (const name of urls) next[name] = uri(name, next[name]);
  },
});

/** The role has no server of its own since Exchange 2016: both nouns answer with the same server. */
export const clientAccess: Cmdlet[] = ["ClientAccessServer", "ClientAccessService"].map((noun) => ({
  name: `Get-${noun}`,
  run: (call: Call) => {
    const identity = call.parameters["Identity"];
    const fqdn = `${server.toLowerCase()}.${call.organization.store.domain}`;
    if (typeof identity === "string" && ![server.toLowerCase(), fqdn, "*"].includes(identity.toLowerCase()))
      throw notFound(call.side, identity);
    return [
      {
        Name: server,
        Identity: server,
        Fqdn: fqdn,
        OutlookAnywhereEnabled: true,
        AutoDiscoverServiceCN: server,
        AutoDiscoverServiceClassName: "ms-Exchange-AutoDiscover-Service",
        AutoDiscoverServiceInternalUri: `https://${fqdn}/Autodiscover/Autodiscover.xml`,
        AutoDiscoverSiteScope: ["Default-First-Site-Name"],
        IsValid: true,
        ObjectState: "Unchanged",
      },
    ];
  },
}));

/** What a run of the Hybrid Configuration Wizard leaves on the servers of one's own. */
export const hybridConfiguration: Cmdlet[] = [
  {
    name: "Get-HybridConfiguration",
    run: (call) => {
      const identity = call.parameters["Identity"];
      const found = rows(call.side, "HybridConfiguration");
      return typeof identity === "string"
        ? matchingObjects(call.side, "HybridConfiguration", identity)
        : found;
    },
  },
];

/** A URL as .NET prints it: a bare host gets a slash at the end. @throws CmdletError */
function uri(name: string, value: Row[string]): string | null {
  if (value === null || value === undefined || value === "") return null;
  const url = URL.parse(String(value));
  if (!url || !/^https?:$/.test(url.protocol))
    throw badArgument(`The value '${String(value)}' of the ${name} parameter isn't a valid absolute URL.`);
  return url.href;
}
