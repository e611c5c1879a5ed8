import { randomBytes, randomUUID } from "node:crypto";
import { escapeName, root } from "./admin/object.ts";
import { grantImpersonation, seedConfiguration, seeded } from "./admin/seed.ts";
import { createMailbox } from "./mailbox.ts";
import type { Organization } from "./organization.ts";
import { fillMailboxes } from "./populate/fill.ts";
import { aliasOf, defaultPopulation, type Population } from "./populate/people.ts";
import { plant, type PlantedMail } from "./populate/plant.ts";
import { createSide, type Application, type Recipient, type Row, type Side, type SideName } from "./store.ts";

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

/** What a new organization is to hold besides what every one has. */
export interface SeedOptions {
  /** Who there is; the default people of contoso.com unless told. */
  population?: Population;
  /** Generated messages in the mailbox of each person; none unless told. */
  items?: number;
  /** What the application holds, in the place of what `grant` and the kind of organization give it. */
  application?: Partial<Pick<Application, "directoryRoles" | "permissions">>;
  /** Exchange Online shares the packed configuration of new tenants until Enable-OrganizationCustomization. */
  dehydrated?: boolean;
  /** Messages of a seed file. */
  mail?: PlantedMail[];
  /** The service account may impersonate everybody on-premises, and the application may do everything; both as if an administrator had said so. */
  grant?: boolean;
}

/** Fills a new organization with people, groups, mailboxes, mail and configuration. Passwords are random unless given, and live only in the store. */
export async function seed(organization: Organization, options: SeedOptions = {}): Promise<void> {
  const hybrid = organization.environment === "hybrid";
  const sides = (hybrid ? (["onPremises", "online"] as const) : (["onPremises"] as const)).map(createSide);
  for (const side of sides) organization.store.sides.set(side.name, side);
  const population = options.population ?? defaultPopulation(hybrid);
  const accounts = population.people.map(({ name, alias = aliasOf(name), ...rest }) =>
    account(organization, name, alias, rest),
  );
  const administrator = account(organization, "Exchange Administrator", "admin", { hidden: true });
  const service = account(organization, "Sent Items Update", "siu", { hidden: true });
  const shared = { ...account(organization, "Contoso Information", "info", {}) };
  delete shared.password;
  const privileged = hybrid || options.grant ? [administrator, service] : [administrator];
  const groups = population.groups.map((group) => ({ guid: randomUUID(), ...group }));
  const guids = new Map(
    [...accounts, ...privileged, shared, ...groups].map(({ alias, guid }) => [alias, guid]),
  );
  const guid = (alias: string): string => {
    const found = guids.get(alias);
    if (found === undefined)
      throw new Error(`A group names ${alias}, who is not among the people and groups.`);
    return found;
  };
  for (const side of sides) {
    for (const each of [...accounts, ...privileged]) addAccount(organization, side, each);
    const info = addAccount(organization, side, shared);
    info.sendAs = guids.has("anna.weber") ? [guid("anna.weber")] : [];
    info.messageCopyForSentAsEnabled = true;
    for (const each of groups) addGroup(organization, side, { ...each, members: each.members.map(guid) });
    addContact(organization, side);
  }
  organization.store.applications.push({
    appId: seeded.application,
    secret: secret(),
    name: "Sent Items Update",
    permissions: [
      ...(hybrid || options.grant ? ["Exchange.ManageAsApp"] : []),
      ...(options.grant ? everything : []),
    ],
    directoryRoles: hybrid || options.grant ? ["Exchange Administrator"] : [],
    ...options.application,
  });
  if (hybrid)
    // Registered in Entra with the consent to look people up: what it may do in mailboxes is for Exchange Online to grant.
    organization.store.applications.push({
      appId: seeded.worker,
      secret: secret(),
      name: "Sent Items Update worker",
      permissions: ["User.Read.All", "GroupMember.Read.All"],
      directoryRoles: [],
    });
  seedConfiguration(
    organization,
    privileged.map((each) => each.guid),
    options.dehydrated,
  );
  if (options.grant) grantImpersonation(organization, service.name);
  fillMailboxes(organization, [...accounts, shared], options.items ?? 0);
  await plant(organization, options.mail ?? []);
}

/** What an application with the consent of an administrator may do here. */
const everything = [
  "full_access_as_app",
  "Mail.ReadWrite",
  "Mail-Advanced.ReadWrite.All",
  "Mail.Send",
  "MailboxSettings.ReadWrite",
  "User.Read.All",
  "Group.Read.All",
  "GroupMember.Read.All",
];

function account(organization: Organization, name: string, alias: string, rest: Partial<Account>): Account {
  const sid = `S-1-5-21-1708537768-844245398-682003330-${1100 + organization.nextId()}`;
  return { guid: randomUUID(), sid, name, alias, password: secret(), home: "onPremises", ...rest };
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
      // What comes from a directory of one's own is changed there alone.
      ...(side.name === "online" ? { IsDirSynced: true } : {}),
      WhenCreatedUTC: new Date(organization.now()).toISOString(),
      WhenChangedUTC: new Date(organization.now()).toISOString(),
    },
  };
  side.recipients.set(recipient.guid, recipient);
  return recipient;
}
