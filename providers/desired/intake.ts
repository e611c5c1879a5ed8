import type { Config, MailboxIntake } from "../../stacks/config/types.ts";
import type { SideName } from "../exchange/port.ts";
import { intakeRule, outboundToIntake, sendToIntake } from "../presets.ts";
import { item, type Desired } from "./resource.ts";

/**
 * What brings copies to the daemon; whatever leads there is made before what sends mail to it. A relay that sends them itself needs
 * nothing of Exchange.
 */
export function intakeItems(
  { intake, environment }: Config,
  processedHeader: string,
  after: readonly Desired[],
): Desired[] {
  // Stamped mail passes Exchange Online wherever there is one.
  const side: SideName = environment === "onPremises" ? "onPremises" : "online";
  if (intake === undefined || intake.via === "relay") return [];
  const { name, address, adopt } = intake;
  const rule = (way: Desired[], arriving: boolean): Desired =>
    item(
      "intake-rule",
      "TransportRule",
      side,
      // A preview comes before the mailbox that this stack makes.
      { ...intakeRule(name, address, processedHeader), ...(arriving && { Arriving: [address] }) },
      [...after, ...way],
      { adopt },
    );
  if (intake.via === "mailbox") {
    const way = mailbox(intake, after);
    return [...way, rule(way, true)];
  }
  const way = listener(intake, side, after);
  if (intake.via === "connector") return [...way, rule(way, false)];
  const reports =
    intake.journalingReportNdrTo === undefined
      ? undefined
      : item(
          "intake-journal-reports",
          "TransportConfig",
          side,
          { JournalingReportNdrTo: intake.journalingReportNdrTo },
          after,
          { adopt },
        );
  const journal = { Name: name, JournalEmailAddress: address, Scope: "Global", Enabled: true };
  const before = reports ? [...way, reports] : way;
  return [
    ...before,
    item("intake-journal-rule", "JournalRule", side, journal, [...after, ...before], { adopt }),
  ];
}

/** The way to the daemon's listener: mail in a form that it reads, and a connector for its domain alone. */
function listener(
  { name, address, smartHost, adopt }: { name: string; address: string; smartHost: string; adopt: boolean },
  side: SideName,
  after: readonly Desired[],
): Desired[] {
  const DomainName = address.slice(address.indexOf("@") + 1);
  const form = { Name: name, DomainName, TNEFEnabled: false };
  const remote = item("intake-remote-domain", "RemoteDomain", side, form, after, { adopt });
  const connector =
    side === "online"
      ? item(
          "intake-connector",
          "OutboundConnector",
          side,
          outboundToIntake(name, smartHost, DomainName),
          [...after, remote],
          { adopt },
        )
      : item(
          "intake-connector",
          "SendConnector",
          side,
          sendToIntake(name, smartHost, DomainName),
          [...after, remote],
          { adopt },
        );
  return [remote, connector];
}

/** A shared mailbox that keeps copies for a few days. */
function mailbox(
  { name, address, read, retentionDays, adopt }: MailboxIntake,
  after: readonly Desired[],
): Desired[] {
  const side: SideName = read === "ews" ? "onPremises" : "online";
  const tag = item(
    "intake-retention-tag",
    "RetentionPolicyTag",
    side,
    {
      Name: name,
      Type: "All",
      RetentionEnabled: true,
      RetentionAction: "DeleteAndAllowRecovery",
      AgeLimitForRetention: `${retentionDays}.00:00:00`,
    },
    after,
    { adopt },
  );
  const policy = item(
    "intake-retention-policy",
    "RetentionPolicy",
    side,
    { Name: name, RetentionPolicyTagLinks: [name] },
    [tag],
    { adopt },
  );
  const box = item(
    "intake-mailbox",
    "IntakeMailbox",
    side,
    {
      Name: name,
      DisplayName: name,
      Shared: true,
      PrimarySmtpAddress: address,
      ...(side === "onPremises" && { UserPrincipalName: address }),
      HiddenFromAddressListsEnabled: true,
      RetentionPolicy: name,
    },
    [policy],
    { adopt },
  );
  return [tag, policy, box];
}
