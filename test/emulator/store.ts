import type { FolderPermission, FolderSearch, ManagedFolder } from "./stored-folder.ts";
import type { Marks } from "./item/marks.ts";
import type { GroupSync } from "./graph/group-syncs.ts";
import type { GraphDelivery, GraphSubscription } from "./graph/notifications/kept.ts";
import type { Upload, UploadedRange } from "./graph/uploads.ts";
import type { Correspondent, Recipe } from "./populate/letter.ts";
import type { QueuedMail } from "./smtp/queued-mail.ts";
import type { Application } from "./application.ts";

/**
 * All state of the embedded Exchange, as plain data: Maps, arrays, strings, numbers and byte arrays, so that
 * `v8.serialize` can snapshot it whole. Protocols (ews/, admin/, smtp/) read and write it and keep none of their own.
 */

export { carries, recipientByAddress } from "./addresses.ts";
export type { Application, FederatedCredential } from "./application.ts";

export type SideName = "onPremises" | "online";

/** One property bag of an Exchange object, named as `Get-<noun>` prints it (`Name`, `SmartHosts`, `Priority` ...). */
export type Row = Record<string, unknown>;

export type RecipientType =
  | "UserMailbox"
  | "SharedMailbox"
  | "MailUser" // a mailbox that lives on the other side
  | "MailContact"
  | "User" // an account without a mailbox, or with one that was disabled
  | "MailUniversalDistributionGroup";

/** An entry of one side's directory. `guid` is the same on both sides of a hybrid organization. */
export interface Recipient {
  guid: string;
  /** `S-1-5-21-...`; only accounts have one. */
  sid?: string;
  type: RecipientType;
  name: string;
  displayName: string;
  alias: string;
  /** `CN=Anna Weber,OU=Users,DC=contoso,DC=com` */
  distinguishedName: string;
  userPrincipalName?: string;
  primarySmtpAddress: string;
  /** Proxy addresses in Exchange's form: `SMTP:` for the primary one, `smtp:` for the others. */
  emailAddresses: string[];
  hiddenFromAddressLists: boolean;
  /** Members of a group, by guid (groups may nest). */
  members?: string[];
  /** Accounts that may send as this recipient, by guid. */
  sendAs?: string[];
  /** Accounts that may send on behalf of this recipient, by guid. */
  grantSendOnBehalfTo?: string[];
  messageCopyForSentAsEnabled?: boolean;
  messageCopyForSendOnBehalfEnabled?: boolean;
  messageCopyForSmtpClientSubmissionEnabled?: boolean;
  password?: string;
  /** What this person's authenticator shows: signing in to Entra takes it as well (multi-factor authentication). */
  secondFactor?: string;
  /** A disabled account cannot sign in. */
  disabled?: boolean;
  /** What else keeps a password from signing in, as `UserAccountControl` names it: `Lockout`, `PasswordExpired`, `SmartCardRequired`. */
  bars?: string[];
  /** What else `Get-Mailbox`, `Get-User` or `Get-DistributionGroup` prints and `Set-` changed (CustomAttribute1, Notes ...). */
  other: Row;
}

/** MAPI property type as EWS spells it: `String`, `Integer`, `SystemTime`, `Binary` ... */
export interface ExtendedProperty {
  /** `0x0E06`, or a property set and a name or dispid for named properties; see MS-OXWSXPROP. */
  tag?: string;
  setId?: string;
  distinguishedSetId?: string;
  name?: string;
  propertyId?: number;
  type: string;
  value: string | string[];
}

export interface Attachment {
  id: string;
  name: string;
  contentType: string;
  contentId?: string;
  contentLocation?: string;
  isInline: boolean;
  content: Uint8Array;
  /** An attached message: `content` is its MIME. */
  isItem: boolean;
  lastModified: number;
  isContactPhoto?: boolean;
  /** Of a reference to something elsewhere: what EWS says of it, by element (`AttachLongPathName`, `ProviderType` ...); no content. */
  reference?: Record<string, string>;
}

/** A message in a folder. Times are milliseconds since 1970. */
export interface Item extends Marks {
  id: string;
  /** The id that it had before it was ever moved; absent when it was not. */
  origin?: string;
  folderId: string;
  /** Who put it into another's mailbox, by guid; absent where the mailbox's owner, or transport, did. */
  creator?: string;
  /** Grows with every change; the ChangeKey on the wire encodes it. */
  change: number;
  /** The change number with which it came into its folder. */
  arrived: number;
  /** The change number of the last change of more than the read flag. */
  edited: number;
  itemClass: string;
  /** The message as real MIME: what GetItem answers as MimeContent; rewritten when body or attachments change. */
  mime: Uint8Array;
  subject: string;
  internetMessageId: string;
  html?: string;
  text?: string;
  attachments: Attachment[];
  isRead: boolean;
  isDraft: boolean;
  categories: string[];
  importance: "Low" | "Normal" | "High";
  sensitivity: "Normal" | "Personal" | "Private" | "Confidential";
  flag: {
    status: "NotFlagged" | "Flagged" | "Complete";
    dueDate?: number;
    startDate?: number;
    completeDate?: number;
  };
  conversationId: string;
  created: number;
  sent: number;
  received: number;
  lastModified: number;
  extended: ExtendedProperty[];
}

export interface Folder {
  id: string;
  parentId?: string;
  /** `sentitems`, `inbox` ...: DistinguishedFolderIdNameType; absent for a user's own folder. */
  distinguishedId?: string;
  displayName: string;
  folderClass: string;
  change: number;
  extended?: ExtendedProperty[];
  /** Absent while everybody but the owner may do nothing. */
  permissions?: FolderPermission[];
  managed?: ManagedFolder;
  search?: FolderSearch;
}

/** What is left of an item that was removed, or moved away: those who synchronise its folder have to be told. */
export interface Tombstone {
  id: string;
  folderId: string;
  arrived: number;
  /** The change number of the removal. */
  change: number;
  /** As of the item. */
  origin?: string;
}

export interface Mailbox {
  /** The owner's guid in the directory. */
  owner: string;
  folders: Map<string, Folder>;
  /** Items of all folders by id, in the order in which they were created. */
  items: Map<string, Item>;
  /** In the order in which items went; absent until one did. */
  removed?: Tombstone[];
  /** Addresses in lower case whose mail goes to Junk Email; absent until one was blocked. */
  blockedSenders?: string[];
  /** What its first items were generated from; absent where none were. */
  recipe?: Recipe;
  /** When messages were delivered, by Message-ID and client submit time; the oldest first. */
  delivered?: Map<string, number>;
  /** What came within the last hour, in Exchange Online. */
  arrivals?: { at: number; from: string }[];
  /** When its owner handed in mail by SMTP within the last minute, in Exchange Online. */
  handedIn?: number[];
}

/** One hop of a message through transport, as `Get-MessageTraceDetailV2` tells it. */
export interface TraceEvent {
  at: number;
  messageId: string;
  sender: string;
  recipient: string;
  /** `Receive`, `Transport rule`, `Journal`, `Send external`, `Deliver`, `Duplicate`, `Fail`, `Expand`, `Drop`, `Defer`. */
  event: string;
  detail: string;
  /** Of the message as it was then, decoded. */
  subject?: string;
}

export interface Side {
  name: SideName;
  /** Directory by guid. */
  recipients: Map<string, Recipient>;
  /** Mailboxes that live on this side, by owner's guid. */
  mailboxes: Map<string, Mailbox>;
  /** Configuration objects by noun (`TransportRule`, `InboundConnector`, `AcceptedDomain` ...), then by Guid. */
  objects: Map<string, Map<string, Row>>;
  trace: TraceEvent[];
}

/** A sign-in of a person that a program waits for, by a redirect (RFC 7636) or by a code on another device (RFC 8628). */
export interface SignIn {
  /** What the program redeems, once. */
  code: string;
  /** What the person types; only of another device. */
  userCode?: string;
  appId: string;
  scope: string;
  redirectUri?: string;
  /** S256 of the program's verifier. */
  challenge?: string;
  /** Guid of whoever signed in; absent until somebody did. */
  account?: string;
  isDeclined?: boolean;
  /** Milliseconds since 1970. */
  until: number;
}

export interface Store {
  /** `contoso.com` */
  domain: string;
  tenantId: string;
  /** `contoso.onmicrosoft.com` */
  tenantDomain: string;
  sides: Map<SideName, Side>;
  applications: Application[];
  /** A counter behind change keys, ids and USNs: never repeats within an organization. */
  sequence: number;
  /** Who appears in generated mail. */
  correspondents?: Correspondent[];
  /** Mail under way, by number; absent until there was some. */
  queue?: Map<number, QueuedMail>;
  /** The login's RSA key, PEM: what it signs outlives a restart. Absent until it signed something. */
  tokenKey?: string;
  /** Sign-ins of people that are under way; absent until there was one. */
  signIns?: SignIn[];
  /** Subscriptions of Graph by id. */
  subscriptions?: Map<string, GraphSubscription>;
  /** Notifications that have not been accepted yet, by number, in the order in which they came; absent until there was one. */
  outbox?: Map<number, GraphDelivery>;
  /** Attachments that clients of Graph are sending, and the ranges that came, by number in the order in which they came. */
  uploads?: Map<number, Upload | UploadedRange>;
  /** How far clients of Graph are with the groups, by number, the oldest first. */
  groupSyncs?: Map<number, GroupSync>;
}

export function createStore(domain: string, tenantDomain: string, tenantId: string): Store {
  return { domain, tenantId, tenantDomain, sides: new Map(), applications: [], sequence: 0 };
}

export function createSide(name: SideName): Side {
  return { name, recipients: new Map(), mailboxes: new Map(), objects: new Map(), trace: [] };
}

/** Rows of a noun, in the order in which they were created. */
export function rows(side: Side, noun: string): Row[] {
  return [...(side.objects.get(noun)?.values() ?? [])];
}

/** The account of a side with a SID, compared without letter case. */
export function recipientBySid(side: Side, sid: string): Recipient | undefined {
  const wanted = sid.toLowerCase();
  return side.recipients.values().find((each) => each.sid?.toLowerCase() === wanted);
}

/** One side of an organization. @throws Error when it has none (an on-premises organization has no online side). */
export function sideOf(organization: { store: Store }, name: SideName): Side {
  const side = organization.store.sides.get(name);
  if (!side) throw new Error(`This organization has no ${name} side.`);
  return side;
}
