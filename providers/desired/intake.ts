import type { Config, Intake, MailboxIntake } from "../../stacks/config/types.ts";
import type { SideName } from "../exchange/port.ts";
import type { Adopt } from "../kind.ts";
import { intakeRule, outboundToIntake, sendToIntake } from "../presets.ts";
import { item, type Desired } from "./resource.ts";

/** What leads copies to the daemon. A relay that sends them itself needs nothing of Exchange. */
export function intakeWay(config: Config, stack: string): Desired[] {
  return waysIn(config, stack).flatMap((way) => {
    if (way.intake.via === "relay") return [];
    return way.intake.via === "mailbox"
      ? mailbox(way, way.intake)
      : listener(way, way.intake, sideOf(config));
  });
}

/** What sends copies that way, as its last step: everything that they need is there. */
export function intakeCopies(
  config: Config,
  stack: string,
  processedHeader: string,
  after: readonly Desired[],
): Desired[] {
  return waysIn(config, stack).flatMap((way) => copies(way, config, processedHeader, after));
}

function copies(
  { called, intake, owned }: WayIn,
  config: Config,
  processedHeader: string,
  after: readonly Desired[],
): Desired[] {
  if (intake.via === "relay") return [];
  const side = sideOf(config);
  const { name, address, adopt } = intake;
  if (intake.via === "connector" && keepsByAudience(config)) {
    // The one for outsiders runs first: a copy that it makes goes outside too, and is none for the other.
    const outer = `${name} (external)`;
    const external = intakeRule(outer, address, processedHeader, "external");
    const internal = intakeRule(name, address, processedHeader, "internal");
    const first = item(
      `${called}-external-rule`,
      "TransportRule",
      side,
      { ...external, Before: [name] },
      after,
      { adopt },
    );
    const then = { ...internal, After: [outer] };
    return [first, item(`${called}-rule`, "TransportRule", side, then, [...after, first], { adopt })];
  }
  if (intake.via !== "journal") {
    const inputs = {
      ...intakeRule(name, address, processedHeader),
      // A preview comes before the mailbox that this stack makes.
      ...(intake.via === "mailbox" && { Arriving: [address] }),
    };
    return [item(`${called}-rule`, "TransportRule", side, inputs, after, { adopt })];
  }
  const { journalingReportNdrTo: JournalingReportNdrTo } = intake;
  const reports =
    JournalingReportNdrTo === undefined
      ? []
      : [
          item(`${called}-journal-reports`, "TransportConfig", side, { JournalingReportNdrTo }, after, {
            adopt,
          }),
        ];
  const inputs = { Name: owned, JournalEmailAddress: address, Scope: "Global", Enabled: true };
  return [
    ...reports,
    item(`${called}-journal-rule`, "JournalRule", side, inputs, [...after, ...reports], { adopt }),
  ];
}

/** One way in, what its resources are called in the stack, and the name of an object that no mark can tell from a stranger's. */
interface WayIn {
  called: string;
  intake: Intake;
  owned: string;
}

/** The first one's resources are called as the only one's would be. */
function waysIn({ intake = [] }: Config, stack: string): WayIn[] {
  return [intake].flat().map((way, index) => ({
    called: index === 0 ? "intake" : `intake-${index + 1}`,
    intake: way,
    owned: way.via === "relay" ? "" : `${way.name} (${stack})`,
  }));
}

/** Whether the daemon has to know for whom each version is. */
function keepsByAudience({ splitMessages: { enabled, saveAll, keep } }: Config): boolean {
  return enabled && !saveAll && (keep === "external" || keep === "internal");
}

/** Stamped mail passes Exchange Online wherever there is one. */
function sideOf({ environment }: Config): SideName {
  return environment === "onPremises" ? "onPremises" : "online";
}

/** The way to the daemon's listener: mail in a form that it reads, and a connector for its domain alone. */
function listener(
  { called, owned }: WayIn,
  { name, address, smartHost, adopt }: { name: string; address: string; smartHost: string; adopt: Adopt },
  side: SideName,
): Desired[] {
  const DomainName = address.slice(address.indexOf("@") + 1);
  const form = { Name: owned, DomainName, TNEFEnabled: false };
  const [kind, inputs] =
    side === "online"
      ? (["OutboundConnector", outboundToIntake(name, smartHost, DomainName)] as const)
      : (["SendConnector", sendToIntake(name, smartHost, DomainName)] as const);
  const remote = item(`${called}-remote-domain`, "RemoteDomain", side, form, [], { adopt });
  return [remote, item(`${called}-connector`, kind, side, inputs, [remote], { adopt })];
}

/** A shared mailbox that keeps copies for a few days. */
function mailbox(
  { called, owned }: WayIn,
  { name, address, read, retentionDays, adopt }: MailboxIntake,
): Desired[] {
  const side: SideName = read === "ews" ? "onPremises" : "online";
  const tag = item(
    `${called}-retention-tag`,
    "RetentionPolicyTag",
    side,
    {
      Name: name,
      Type: "All",
      RetentionEnabled: true,
      RetentionAction: "DeleteAndAllowRecovery",
      AgeLimitForRetention: `${retentionDays}.00:00:00`,
    },
    [],
    { adopt },
  );
  const links = { Name: owned, RetentionPolicyTagLinks: [name] };
  const policy = item(`${called}-retention-policy`, "RetentionPolicy", side, links, [tag], { adopt });
  const box = item(
    `${called}-mailbox`,
    "IntakeMailbox",
    side,
    {
      Name: name,
      DisplayName: name,
      Shared: true,
      PrimarySmtpAddress: address,
      ...(side === "onPremises" && { UserPrincipalName: address }),
      HiddenFromAddressListsEnabled: true,
      RetentionPolicy: owned,
    },
    [policy],
    { adopt },
  );
  return [tag, policy, box];
}
