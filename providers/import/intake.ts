import type { Row } from "../exchange/port.ts";
import { loose } from "../forms.ts";
import { intakeMailbox } from "../kinds/intake-mailbox.ts";
import { journalRule } from "../kinds/journal-rule.ts";
import { allOutbound, outboundConnector } from "../kinds/outbound-connector.ts";
import { remoteDomain } from "../kinds/remote-domain.ts";
import { sendConnector } from "../kinds/send-connector.ts";
import { transportRule } from "../kinds/transport-rule.ts";
import { intakeRule, outboundToIntake, sendToIntake } from "../presets.ts";
import { adoption, textsOf, unlike, type Section, type Source } from "./found.ts";

/** Ways in for stamped copies, as this stack would make them. */
export interface Intakes {
  ways: Section[];
  /** Rules and connectors that belong to them. */
  names: Set<string>;
  /** Mailboxes that the daemon reads. */
  mailboxes: string[];
  /** The rules keep versions by audience. */
  byAudience: boolean;
}

/** What tells a copying rule from any other: the header that no outsider's mail brings. */
const direction = "x-ms-exchange-organization-messagedirectionality";

/** The header that the signature service adds, as a copying or a signatures rule has it. @throws Fault */
export async function processedHeaderOf({ session }: Source): Promise<string> {
  const rows = await session.rows("TransportRule");
  const copying = rows.find((row) => loose(row["HeaderContainsMessageHeader"]) === direction);
  const signing = rows.find(
    (row) => row["RouteMessageOutboundConnector"] && row["ExceptIfHeaderMatchesMessageHeader"],
  );
  return String(
    copying?.["HeaderMatchesMessageHeader"] ??
      signing?.["ExceptIfHeaderMatchesMessageHeader"] ??
      "X-CodeTwoProcessed",
  );
}

/** @throws Fault */
export async function intakesOf(source: Source, processedHeader: string): Promise<Intakes> {
  const { session, stack } = source;
  const found: Intakes = { ways: [], names: new Set(), mailboxes: [], byAudience: false };
  const rules = await session.rows("TransportRule");
  for (const rule of rules.filter((row) => loose(row["HeaderContainsMessageHeader"]) === direction)) {
    const name = String(rule["Name"]);
    const [address = ""] = textsOf(rule["BlindCopyTo"]);
    const like = (audience?: "internal" | "external", called = name): boolean =>
      rules.some(
        (row) =>
          row["Name"] === called &&
          unlike(transportRule, intakeRule(called, address, processedHeader, audience), row, stack).length ===
            0,
      );
    const outer = `${name} (external)`;
    const byAudience = like("internal") && like("external", outer);
    if (!byAudience && !like()) continue;
    const listened = await listenerOf(name, address, source);
    const way = listened
      ? { via: "connector", ...listened }
      : byAudience
        ? undefined
        : await mailboxOf(name, address, source);
    if (!way) continue;
    found.ways.push({
      ...way,
      ...adoption(transportRule, rule, stack),
      ...(listened && listening("INTAKE")),
    });
    found.names.add(name);
    if (byAudience) found.names.add(outer);
    found.byAudience ||= byAudience;
    if (way["via"] === "mailbox") found.mailboxes.push(address);
  }
  found.ways.unshift(...(await journals(source, found.names)));
  return found;
}

/** Journal rules under this stack's name, with their way to the daemon. */
async function journals(source: Source, names: Set<string>): Promise<Section[]> {
  const { session, stack } = source;
  const ways: Section[] = [];
  for (const row of await session.rows("JournalRule")) {
    const name = String(row["Name"]).replace(` (${stack})`, "");
    const address = String(row["JournalEmailAddress"]);
    const props = {
      Name: `${name} (${stack})`,
      JournalEmailAddress: address,
      Scope: "Global",
      Enabled: true,
    };
    if (unlike(journalRule, props, row, stack).length > 0) continue;
    const listened = await listenerOf(name, address, source);
    if (!listened) continue;
    const [config] = await session.rows("TransportConfig");
    const reports = textsOf(config?.["JournalingReportNdrTo"]).find((each) => each !== "<>");
    names.add(name);
    const given = reports !== undefined && { journalingReportNdrTo: reports };
    ways.push({ via: "journal", ...listened, ...given, ...listening("JOURNAL") });
  }
  return ways;
}

/** The way to the daemon's listener: a connector for the domain of the address, and the form of mail to it. */
async function listenerOf(name: string, address: string, source: Source): Promise<Section | undefined> {
  const { session, stack } = source;
  const domain = address.slice(address.indexOf("@") + 1);
  const [kind, rows, propsOf] =
    session.side === "online"
      ? [outboundConnector, await allOutbound(session), outboundToIntake]
      : [sendConnector, await session.rows("SendConnector"), sendToIntake];
  const row = rows.find((each) => each["Name"] === name);
  const [host = ""] = textsOf(row?.["SmartHosts"]);
  if (!row || unlike(kind, propsOf(name, host, domain), row, stack).length > 0) return undefined;
  const form = { Name: `${name} (${stack})`, DomainName: domain, TNEFEnabled: false };
  const remote = (await session.rows("RemoteDomain")).find((each) => each["Name"] === form.Name);
  if (!remote || unlike(remoteDomain, form, remote, stack).length > 0) return undefined;
  return { name, address, smartHost: host, ...adoption(kind, row, stack) };
}

/** A shared mailbox that keeps copies for a few days. */
async function mailboxOf(name: string, address: string, source: Source): Promise<Section | undefined> {
  const { session, stack } = source;
  const tag = byName(await session.rows("RetentionPolicyTag"), name);
  const policy = byName(await session.rows("RetentionPolicy"), `${name} (${stack})`);
  const known = await session.recipient(address);
  const shared = loose(known?.["RecipientTypeDetails"]) === "sharedmailbox";
  const age = /^(\d+)\.00:00:00$/.exec(String(tag?.["AgeLimitForRetention"]));
  if (!policy || !shared || !age) return undefined;
  const query = intakeMailbox.query?.({ PrimarySmtpAddress: address });
  const [box] = await session.rows("Mailbox", query);
  return {
    via: "mailbox",
    name,
    address,
    read: session.side === "online" ? "graph" : "ews",
    retentionDays: Number(age[1]),
    ...(box && adoption(intakeMailbox, box, stack)),
  };
}

/** What no server tells: where the listener's key and certificate are. */
function listening(name: string): Section {
  return {
    listen: {
      ...(name === "JOURNAL" && { port: 2525 }),
      key: `\${env:SIU_${name}_KEY}`,
      certificate: `\${env:SIU_${name}_CERTIFICATE}`,
    },
  };
}

function byName(rows: readonly Row[], name: string): Row | undefined {
  return rows.find((row) => loose(row["Name"]) === loose(name));
}
