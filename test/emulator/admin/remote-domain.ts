import { rows, type Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { badArgument, CmdletError, invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import { flag } from "./parameter.ts";

/** `Default` (`*`) is always there. New takes name and domain alone; everything else is set afterwards. */
export const remoteDomain: Cmdlet[] = cmdletsOf({
  noun: "RemoteDomain",
  types: { TNEFEnabled: { ...flag, nullable: true } },
  defaults: {
    AllowedOOFType: "External",
    AutoForwardEnabled: true,
    AutoReplyEnabled: true,
    ByteEncoderTypeFor7BitCharsets: "Undefined",
    CharacterSet: null,
    ContentType: "MimeHtmlText",
    DeliveryReportEnabled: true,
    DisplaySenderName: true,
    IsInternal: false,
    LineWrapSize: "Unlimited",
    MeetingForwardNotificationEnabled: false,
    MessageCountThreshold: 2_147_483_647,
    NDRDiagnosticInfoEnabled: true,
    NDREnabled: true,
    NonMimeCharacterSet: null,
    PreferredInternetCodePageForShiftJis: "Undefined",
    TNEFEnabled: null,
  },
  builtIn: ({ side }) => [
    {
      Name: "Default",
      DomainName: "*",
      CharacterSet: "iso-8859-1",
      NonMimeCharacterSet: "iso-8859-1",
      ...(side.name === "onPremises" ? { AutoForwardEnabled: false, AutoReplyEnabled: false } : {}),
    },
  ],
  settle: (call, next, before) => {
    const domain = String(next["DomainName"]);
    if (!/^(\*|(\*\.)?[\p{L}\d-]+(\.[\p{L}\d-]+)+)$/u.test(domain)) {
      throw badArgument(`The value '${domain}' isn't a valid SMTP domain.`);
    }
    if (!before) refuseTwin(call, domain);
    // Each of the two follows the other.
    if (call.parameters["AllowedOOFType"] === "InternalLegacy") next["IsInternal"] = true;
    else if (call.parameters["IsInternal"] === false && before?.["IsInternal"] === true)
      next["AllowedOOFType"] = "ExternalLegacy";
  },
  beforeRemove: (_call, row) => {
    if (row["DomainName"] === "*")
      throw invalid(`The default remote domain '${String(row["Name"])}' can't be removed.`);
  },
});

function refuseTwin(call: Call, domain: string): void {
  const twin = rows(call.side, "RemoteDomain").find(
    (row: Row) => String(row["DomainName"]).toLowerCase() === domain.toLowerCase(),
  );
  if (!twin) return;
  throw new CmdletError(
    "Microsoft.Exchange.Management.SystemConfigurationTasks.DomainAlreadyExistsException",
    `The domain name '${domain}' already exists.`,
  );
}
