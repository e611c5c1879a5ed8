import type { Observed } from "../kind.ts";
import { byHand } from "../kinds/impersonation-check.ts";
import type { Prepared } from "./prepared.ts";
import { looked, skipped, type Step } from "./report.ts";

/** The manual's last steps, of one attempt to open a mailbox: a red one leaves those behind it untried. Pure. */
export function accessSteps(
  { kind, props }: Prepared,
  { Mailbox, Result }: Observed,
  causes: readonly string[],
): Step[] {
  // What the stack grants itself is among the steps before, with its scope.
  const managed = props["Granted"] === true;
  const whose = Mailbox === null ? "no sender has a mailbox on this side" : String(Mailbox);
  if (kind === "ApplicationCheck") {
    const lines =
      Array.isArray(props["Roles"]) && !managed
        ? props["Roles"].map((role) => roleByHand(props["App"], role))
        : [];
    return [looked("impersonation", `The application's access to a mailbox (${whose})`, causes, lines)];
  }
  const server = "The server of Exchange Web Services";
  const credentials = `The credentials of '${String(props["User"])}'`;
  const impersonation = `Impersonation (${whose})`;
  if (Mailbox === null) return [looked("impersonation", impersonation, causes)];
  if (Result === "NO_SERVER")
    return [
      looked("server", server, causes),
      skipped("credentials", credentials, "There is no server to try them on."),
      skipped("impersonation", impersonation, "There is no server to try it on."),
    ];
  if (Result === "WRONG_CREDENTIALS")
    return [
      looked("server", server),
      looked("credentials", credentials, causes),
      skipped("impersonation", impersonation, "The credentials are refused."),
    ];
  return [
    looked("server", server),
    looked("credentials", credentials),
    looked(
      "impersonation",
      impersonation,
      causes,
      Result === "NOT_GRANTED" && !managed ? [byHand(props)] : [],
    ),
  ];
}

function roleByHand(app: unknown, role: unknown): string {
  return `New-ManagementRoleAssignment -App ${String(app)} -Role "${String(role)}" -CustomResourceScope <scope>`;
}
