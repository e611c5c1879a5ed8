import { rows, type Row } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { badArgument, invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";

/** What a new one has where nothing is said. */
export const acceptedDomainDefaults: Row = {
  DomainType: "Authoritative",
  Default: false,
  MatchSubDomains: false,
  AddressBookEnabled: true,
  AuthenticationType: null,
  InitialDomain: false,
};

/** Exchange Online gets its domains from Entra: there, New and Remove are not there. */
export const acceptedDomain: Cmdlet[] = cmdletsOf({
  noun: "AcceptedDomain",
  unstored: ["MakeDefault"],
  defaults: acceptedDomainDefaults,
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
    for (const other of rows(call.side, "AcceptedDomain")) if (other !== row) other["Default"] = false;
  },
  beforeRemove: (_call, row) => {
    if (row["Default"] === true)
      throw invalid(
        `The accepted domain '${String(row["Name"])}' can't be removed because it's the default domain.`,
      );
  },
});
