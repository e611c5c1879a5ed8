import { rows } from "../store.ts";
import { bothSides, type Call, type Cmdlet } from "./cmdlet.ts";
import { badArgument, invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import { flag, mandatory, oneOf, text } from "./parameter.ts";

const types = oneOf("Authoritative", "InternalRelay", "ExternalRelay");

/** Exchange Online gets its domains from Entra: there, New and Remove are not there. */
export const acceptedDomain: Cmdlet[] = cmdletsOf({
  noun: "AcceptedDomain",
  sides: bothSides,
  properties: { DomainType: types },
  create: mandatory({ DomainName: text }),
  change: { MakeDefault: flag },
  unstored: ["MakeDefault"],
  defaults: {
    DomainType: "Authoritative",
    Default: false,
    MatchSubDomains: false,
    AddressBookEnabled: true,
    AuthenticationType: null,
    InitialDomain: false,
  },
  settle: (call, next) => {
    const domain = String(next["DomainName"]);
    if (!/^(\*\.)?[\p{L}\d-]+(\.[\p{L}\d-]+)+$/u.test(domain))
      throw badArgument(`The value '${domain}' isn't a valid SMTP domain.`);
    if (
      next["MatchSubDomains"] === true &&
      next["DomainType"] === "Authoritative" &&
      call.side.name === "online"
    )
      throw invalid("The MatchSubDomains parameter can be set to $true only for internal relay domains.");
    if (call.parameters["MakeDefault"] === true) next["Default"] = true;
  },
  afterSet: (call, row) => {
    if (call.parameters["MakeDefault"] !== true) return;
    for (const other of domains(call)) if (other !== row) other["Default"] = false;
  },
  beforeRemove: (_call, row) => {
    if (row["Default"] === true)
      throw invalid(
        `The accepted domain '${String(row["Name"])}' can't be removed because it's the default domain.`,
      );
  },
}).map((cmdlet) => (/^(New|Remove)-/.test(cmdlet.name) ? { ...cmdlet, sides: ["onPremises"] } : cmdlet));

function domains(call: Call): Record<string, unknown>[] {
  return rows(call.side, "AcceptedDomain");
}
