import { fromConnector } from "./connector.ts";
import { fromJournal } from "./journal.ts";
import type { Origin } from "./origin.ts";
import type { Intake, Sink } from "./port.ts";
import { fromRelay } from "./relay.ts";
import { openSmtpIntake, type SmtpIntakeOptions } from "./smtp.ts";
import { Fault } from "../fault.ts";
import type { Intake as Wanted, Settings } from "../../stacks/config/types.ts";

type ListeningIntake = Exclude<Wanted, { via: "mailbox" }>;

/** Opens the way in that the settings, whose references are resolved, ask for; undefined without one. @throws Fault BAD_SETTINGS | PORT_IN_USE */
export async function openIntake(
  settings: Settings,
  sink: Sink,
  onError: (error: unknown) => void,
): Promise<Intake | undefined> {
  const { intake } = settings;
  if (intake === undefined || intake.via === "mailbox") return undefined;
  return openSmtpIntake({ ...listenerOf(intake, settings), onError }, sink);
}

/** What an open way in depends on: while it is the same, there is nothing to open anew. */
export function intakeKey(settings: Settings): string {
  const { intake, organization, mailboxes, processedHeader } = settings;
  const { processingIdHeader, settleDelaySeconds, deadlineSeconds } = settings;
  const isHybrid = mailboxes.onPremises !== undefined;
  return JSON.stringify([
    [intake, organization, isHybrid, processedHeader],
    [processingIdHeader, settleDelaySeconds, deadlineSeconds],
  ]);
}

/** The listener's options, out of settings whose references are resolved. @throws Fault BAD_SETTINGS */
function listenerOf(intake: ListeningIntake, settings: Settings): SmtpIntakeOptions {
  const { host, key, certificate, certificateAuthority } = intake.listen;
  const port = Number(intake.listen.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Fault("BAD_SETTINGS", "intake.listen.port: is not a port (1 to 65535).");
  return {
    host,
    port,
    key,
    certificate,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    origin: originOf(intake, settings),
  };
}

/** Whom the listener believes. */
export function originOf(
  intake: ListeningIntake,
  { organization, mailboxes, processedHeader }: Settings,
): Origin {
  switch (intake.via) {
    case "connector":
      return fromConnector({
        ...intake,
        tenantId: intake.tenantId ?? organization.tenantId ?? "",
        processedHeader,
      });
    case "journal": {
      // A hybrid organization may journal on either side; the certificate's name says which server it is.
      const { tenantId } = organization;
      const fromTenant =
        tenantId !== undefined && (mailboxes.onPremises === undefined || isMicrosofts(intake));
      return fromJournal({ ...intake, ...(fromTenant && { tenantId }), processedHeader });
    }
    case "relay":
      return fromRelay({ ...intake, processedHeader });
  }
}

function isMicrosofts({ clientCertificateName }: { clientCertificateName: string }): boolean {
  return clientCertificateName.toLowerCase().endsWith(".protection.outlook.com");
}
