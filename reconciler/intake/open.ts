import type { Clock } from "pg-boss";
import { fromConnector } from "./connector.ts";
import { fromJournal } from "./journal.ts";
import { openMailboxIntake } from "./mailbox.ts";
import type { Origin } from "./origin.ts";
import type { Intake, Sink } from "./port.ts";
import { fromRelay } from "./relay.ts";
import { keepSubscription } from "./subscription.ts";
import { openWebhook } from "./webhook.ts";
import { openSmtpIntake, type SmtpIntakeOptions } from "./smtp.ts";
import { Fault } from "../fault.ts";
import type { Inbox } from "../mailbox/inbox.ts";
import type { Intake as Wanted, Settings } from "../../stacks/config/types.ts";

type ListeningIntake = Exclude<Wanted, { via: "mailbox" }>;

/** What a way in works with. */
export interface Surroundings {
  /** The side that the intake mailbox is on. @throws Fault */
  inbox: (side: "onPremises" | "online") => Promise<Inbox>;
  clock: Clock;
  onError: (error: unknown) => void;
}

/** Milliseconds between two looks: EWS tells of new mail by itself, Graph only where it reaches a webhook. */
const sweeps = { ews: 60_000, graph: 2_000, webhook: 10_000 };

/** Opens one of the ways in of settings whose references are resolved. @throws Fault BAD_SETTINGS | PORT_IN_USE */
export async function openIntake(
  intake: Wanted,
  settings: Settings,
  sink: Sink,
  { inbox, clock, onError }: Surroundings,
): Promise<Intake> {
  if (intake.via !== "mailbox") return openSmtpIntake({ ...listenerOf(intake, settings), onError }, sink);
  const { address, read, webhook: wanted } = intake;
  const webhook =
    wanted &&
    (await openWebhook({ ...wanted, ...wanted.listen, port: portOf(wanted.listen, "webhook."), onError }));
  const open = openMailboxIntake(
    {
      address,
      processedHeader: settings.processedHeader,
      inbox: () => inbox(read === "ews" ? "onPremises" : "online"),
      ...(webhook && {
        watch: async ({ hooks }: Inbox, onNews: () => void, signal: AbortSignal) => {
          if (hooks) await keepSubscription({ hooks, mailbox: address, webhook, clock }, onNews, signal);
        },
      }),
      sweep: sweeps[webhook ? "webhook" : read],
      clock,
      onError,
    },
    sink,
  );
  const close = async (): Promise<void> => {
    await open.close();
    await webhook?.close();
  };
  return { ...open, close };
}

/** What an open way in depends on: while it is the same, there is nothing to open anew. */
export function intakeKey(intake: Wanted, settings: Settings): string {
  const { organization, mailboxes, processedHeader } = settings;
  const { processingIdHeader, settleDelaySeconds, deadlineSeconds } = settings;
  // A mailbox is read over the connection that is open now.
  const read = intake.via === "mailbox" ? mailboxes : mailboxes.onPremises !== undefined;
  return JSON.stringify([
    [intake, organization, read, processedHeader],
    [processingIdHeader, settleDelaySeconds, deadlineSeconds, keepsByAudience(settings)],
  ]);
}

/** The listener's options, out of settings whose references are resolved. @throws Fault BAD_SETTINGS */
function listenerOf(intake: ListeningIntake, settings: Settings): SmtpIntakeOptions {
  const { host, key, certificate, certificateAuthority } = intake.listen;
  return {
    host,
    port: portOf(intake.listen),
    key,
    certificate,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    origin: originOf(intake, settings),
  };
}

/** @throws Fault BAD_SETTINGS */
function portOf({ port: given }: { port: number | string }, within = ""): number {
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Fault("BAD_SETTINGS", `intake.${within}listen.port: is not a port (1 to 65535).`);
}

/** Whom the listener believes. */
export function originOf(intake: ListeningIntake, settings: Settings): Origin {
  const { organization, mailboxes, processedHeader } = settings;
  switch (intake.via) {
    case "connector":
      return fromConnector({
        ...intake,
        tenantId: intake.tenantId ?? organization.tenantId ?? "",
        processedHeader,
        tellsAudience: keepsByAudience(settings),
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

/** When our rules tell for whom each version is. */
function keepsByAudience({ splitMessages: { enabled, saveAll, keep } }: Settings): boolean {
  return enabled && !saveAll && (keep === "external" || keep === "internal");
}

function isMicrosofts({ clientCertificateName }: { clientCertificateName: string }): boolean {
  return clientCertificateName.toLowerCase().endsWith(".protection.outlook.com");
}
