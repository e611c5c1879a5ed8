import { createSide, type Recipient, type Row } from "../store.ts";
import { attachedOf } from "./attached.ts";
import { directoryOf } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { evaluate, type RuleSetting, type Verdict } from "./rules.ts";

/** A directory of four people and two groups within each other. */
export const side = createSide("online");
function add(alias: string, members?: string[]): void {
  const address = `${alias}@contoso.com`;
  const entry: Recipient = {
    guid: `guid-${alias}`,
    type: members ? "MailUniversalDistributionGroup" : "UserMailbox",
    name: alias,
    displayName: alias,
    alias,
    distinguishedName: `CN=${alias}`,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`, `smtp:${alias}.alias@contoso.com`],
    hiddenFromAddressLists: false,
    ...(members ? { members: members.map((each) => `guid-${each}`) } : {}),
    other: {},
  };
  side.recipients.set(entry.guid, entry);
}
for (const person of ["anna", "ben", "felix"]) add(person);
add("sales", ["felix", "signatures"]);
add("signatures", ["anna", "sales"]);
side.objects.set(
  "AcceptedDomain",
  new Map([["1", { DomainName: "contoso.com", DomainType: "Authoritative" }]]),
);

const directory = directoryOf(side);
const connectors: Row[] = [
  { Name: "Relay", Enabled: true, Guid: "c1" },
  { Name: "Off", Enabled: false },
];
/** Ben, a colleague. */
export const internal = "ben@contoso.com";
/** A stranger. */
export const external = "x@partner.example";

/** What a message says: an offer from Anna to a colleague and a stranger, signed in, with a price list. */
export function facts(more: Partial<Facts> & { headers?: Record<string, string[]> } = {}): Facts {
  const { headers = {}, ...rest } = more;
  return {
    envelopeSender: "anna@contoso.com",
    headerSenders: ["anna@contoso.com"],
    authenticated: true,
    to: [internal],
    cc: [],
    subject: "Offer 2026",
    body: "Good morning",
    size: 1000,
    importance: "Normal",
    types: new Set(),
    attached: [attachedOf("Prices.csv", "text/csv", Buffer.from("secret price; 5\r\n"))],
    charsets: ["utf-8", "windows-1251"],
    recipients: [internal, external],
    client: "192.0.2.7",
    header: (name) => headers[name.toLowerCase()] ?? [],
    ...rest,
  };
}
/** What rules come to, by the order in which they are given. */
export function judge(rules: Row[], given: Facts = facts(), to: string[] = [internal, external]): Verdict {
  const setting: RuleSetting = {
    rules: rules.map((rule, index) => ({ Name: `R${index}`, State: "Enabled", Priority: index, ...rule })),
    directory,
    connectors,
    now: Date.parse("2026-11-22T12:00:00Z"),
  };
  return evaluate(setting, given, to);
}
/** Recipients for whom the first rule matched. */
export function hit(rule: Row, given?: Facts, to?: string[]): string[] {
  const verdict = judge([rule], given, to);
  if ("defer" in verdict) throw new Error(verdict.defer.why);
  return verdict.forks
    .filter(({ actions }) => actions.matched.length > 0)
    .flatMap(({ recipients }) => recipients);
}
/** Both recipients. */
export const all = [internal, external];
