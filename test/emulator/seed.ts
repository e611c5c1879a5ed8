import { randomBytes, randomUUID } from "node:crypto";
import { escapeName, root } from "./admin/object.ts";
import { seedConfiguration, seeded } from "./admin/seed.ts";
import { createMailbox } from "./mailbox.ts";
import type { Organization } from "./organization.ts";
import { createSide, type Recipient, type Row, type Side, type SideName } from "./store.ts";

const people = {
  onPremises: `Anna Weber, Ben Fischer, Clara Schulz, David Koch, Eva Lindqvist, Felix Braun, Greta Hansen, Henrik Olsen,
    Inés García, Jörg Müller, Kim Tanaka, Łukasz Nowak, Marta Silva, Nils Berger, Otto Outsider, Paula Novak,
    Quentin Durand, Rosa Keller, Seán O'Brien, Tina Vogel`,
  online: "Uma Patel, Victor Hugo, Wanda Zielińska",
};
const sales = ["felix.braun", "greta.hansen", "henrik.olsen", "ines.garcia"];
const board = ["anna.weber", "david.koch", "quentin.durand"];
/** In no group that gets signatures. */
const outside = ["nils.berger", "tina.vogel"];

/** Somebody or something with a mailbox: the same guid on both sides, an entry of its own in each directory. */
interface Account {
  guid: string;
  sid: string;
  name: string;
  alias: string;
  password?: string;
  home: SideName;
  hidden?: boolean;
}

/** Fills a new organization with people, groups, mailboxes and configuration. Passwords are random and live only in the store. */
export async function seed(organization: Organization): Promise<void> {
  const hybrid = organization.environment === "hybrid";
  const sides = (hybrid ? (["onPremises", "online"] as const) : (["onPremises"] as const)).map(createSide);
  for (const side of sides) organization.store.sides.set(side.name, side);
  const accounts = [
    ...accountsOf(organization, people.onPremises, "onPremises"),
    ...(hybrid ? accountsOf(organization, people.online, "online") : []),
  ];
  const administrator = account(organization, "Exchange Administrator", "admin", { hidden: true });
  const service = account(organization, "Sent Items Update", "siu", { hidden: true });
  const shared = { ...account(organization, "Contoso Information", "info", {}) };
  delete shared.password;
  const guid = (alias: string): string => {
    const found = accounts.find((each) => each.alias === alias);
    if (!found) throw new Error(`The seed names ${alias}, who is not among its people.`);
    return found.guid;
  };
  const privileged = hybrid ? [administrator, service] : [administrator];
  const groups = [
    { guid: randomUUID(), name: "Sales", alias: "sales", members: sales.map(guid) },
    { guid: randomUUID(), name: "Board", alias: "board", members: board.map(guid), hidden: true },
  ];
  const direct = accounts.filter(({ alias }) => !sales.includes(alias) && !outside.includes(alias));
  groups.push({
    guid: randomUUID(),
    name: "Signatures",
    alias: "signatures",
    members: [...direct.map((each) => each.guid), ...groups.slice(0, 1).map((each) => each.guid)],
  });
  for (const side of sides) {
    for (const each of [...accounts, ...privileged]) addAccount(organization, side, each);
    const info = addAccount(organization, side, shared);
    info.sendAs = [guid("anna.weber")];
    info.messageCopyForSentAsEnabled = true;
    for (const each of groups) addGroup(organization, side, each);
    addContact(organization, side);
  }
  if (hybrid) {
    organization.store.applications.push({
      appId: seeded.application,
      secret: secret(),
      name: "Sent Items Update",
      permissions: ["Exchange.ManageAsApp"],
    });
  }
  seedConfiguration(
    organization,
    privileged.map((each) => each.guid),
  );
}

function accountsOf(organization: Organization, names: string, home: SideName): Account[] {
  return names.split(",").map((each) => {
    const name = each.trim();
    return account(organization, name, aliasOf(name), { home });
  });
}

function account(organization: Organization, name: string, alias: string, rest: Partial<Account>): Account {
  const sid = `S-1-5-21-1708537768-844245398-682003330-${1100 + organization.nextId()}`;
  return { guid: randomUUID(), sid, name, alias, password: secret(), home: "onPremises", ...rest };
}

/** `Łukasz Nowak` -> `lukasz.nowak` */
function aliasOf(name: string): string {
  const plain = name
    .normalize("NFD")
    .replaceAll("Ł", "L")
    .replaceAll(/[^A-Za-z ]/g, "");
  return plain.toLowerCase().replaceAll(" ", ".");
}

/** 24 random characters of all four classes that a Windows password policy asks for. */
function secret(): string {
  return `${randomBytes(15).toString("base64url")}-aA1!`;
}

function addAccount(organization: Organization, side: Side, each: Account): Recipient {
  const { domain, tenantDomain } = organization.store;
  const local = each.home === side.name;
  const type = local ? (each.password === undefined ? "SharedMailbox" : "UserMailbox") : "MailUser";
  const routing = `${each.alias}@${tenantDomain.replace(/\.onmicrosoft\.com$/, ".mail.onmicrosoft.com")}`;
  const hybrid = organization.environment === "hybrid";
  const [givenName = "", ...surname] = each.name.split(" ");
  const recipient = add(organization, side, {
    guid: each.guid,
    sid: each.sid,
    type,
    name: each.name,
    alias: each.alias,
    userPrincipalName: `${each.alias}@${domain}`,
    proxies: [
      ...(hybrid ? [`smtp:${routing}`] : []),
      ...(each.alias.includes(".")
        ? [`smtp:${each.alias.charAt(0)}${each.alias.slice(each.alias.indexOf("."))}@${domain}`]
        : []),
    ],
    hidden: each.hidden ?? false,
    other: {
      FirstName: givenName,
      LastName: surname.join(" "),
      // On-premises, a mail user with a mailbox in the cloud is a remote mailbox and routes to its cloud address.
      ...(local
        ? {}
        : {
            ExternalEmailAddress: `SMTP:${side.name === "onPremises" ? routing : `${each.alias}@${domain}`}`,
          }),
    },
  });
  if (each.password !== undefined) recipient.password = each.password;
  if (local) side.mailboxes.set(recipient.guid, createMailbox(organization, recipient.guid));
  return recipient;
}

function addGroup(
  organization: Organization,
  side: Side,
  group: { guid: string; name: string; alias: string; members: string[]; hidden?: boolean },
): void {
  const { guid, name, alias, hidden = false } = group;
  const recipient = add(organization, side, {
    guid,
    type: "MailUniversalDistributionGroup",
    name,
    alias,
    proxies: [],
    hidden,
    other: {},
  });
  recipient.members = [...group.members];
}

/** A partner with the display name of a colleague: whoever looks up by display name finds two. */
function addContact(organization: Organization, side: Side): void {
  const contact = add(organization, side, {
    guid: randomUUID(),
    type: "MailContact",
    name: "Rosa Keller (Partner)",
    alias: "rosa.keller.partner",
    proxies: [],
    hidden: false,
    other: { ExternalEmailAddress: "SMTP:rosa.keller@partner.example" },
  });
  contact.displayName = "Rosa Keller";
  contact.primarySmtpAddress = "rosa.keller@partner.example";
  contact.emailAddresses = ["SMTP:rosa.keller@partner.example"];
}

interface Entry {
  guid: string;
  sid?: string;
  type: Recipient["type"];
  name: string;
  alias: string;
  userPrincipalName?: string;
  proxies: string[];
  hidden: boolean;
  other: Row;
}

/** Puts a recipient with a `@domain` address into a side's directory. */
function add(organization: Organization, side: Side, entry: Entry): Recipient {
  const { proxies, hidden, ...rest } = entry;
  const address = `${entry.alias}@${organization.store.domain}`;
  const container = entry.type === "MailUniversalDistributionGroup" ? "Groups" : "Users";
  // Exchange Online keeps all recipients in the tenant's own unit and names them by their object id.
  const place =
    side.name === "online" ? root(organization, side) : `OU=${container},${root(organization, side)}`;
  const recipient: Recipient = {
    ...rest,
    displayName: entry.name,
    distinguishedName: `CN=${escapeName(entry.name)},${place}`,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`, ...proxies],
    hiddenFromAddressLists: hidden,
    other: {
      ...entry.other,
      WhenCreatedUTC: new Date(organization.now()).toISOString(),
      WhenChangedUTC: new Date(organization.now()).toISOString(),
    },
  };
  side.recipients.set(recipient.guid, recipient);
  return recipient;
}
