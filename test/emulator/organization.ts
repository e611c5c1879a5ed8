import { furnishSides } from "./admin/furnish.ts";
import type { Redirect } from "./autodiscover/redirect.ts";
import { createMailboxEvents, type MailboxEvents } from "./events.ts";
import { createFaults, type Faults } from "./faults.ts";
import { seed, type SeedOptions } from "./seed.ts";
import type { TableName } from "./storage/data-folder.ts";
import { openKeeper } from "./storage/keeper.ts";
import { createStore, type Mailbox, type Store } from "./store.ts";
import { createAuthority, type Authority } from "./tls.ts";
import { realTime, type After } from "./timers.ts";
import type { ExtendedProtection } from "./sign-in/channel-binding.ts";
import { createTurns, type InTurn } from "./turns.ts";

export type Environment = "hybrid" | "onPremises";

/** The embedded organization: what every protocol is given instead of globals. */
export interface Organization {
  readonly environment: Environment;
  readonly store: Store;
  readonly authority: Authority;
  /** The stand-in for DNS: a host name (lower case, no port) to `host:port` on loopback. */
  readonly hosts: Map<string, string>;
  /** Where Autodiscover sends clients, by address or domain, lower case. */
  readonly redirects: Map<string, Redirect>;
  /** Failures that a test asked for; see faults.ts. */
  readonly faults: Faults;
  /** HTTP requests so far, by side and the first step of their path: `onPremises ews`, `online v1.0`. */
  readonly requests: Map<string, number>;
  /** What happens in the mailboxes, for those who are to be notified. */
  readonly events: MailboxEvents;
  /** What can be changed while the organization runs. */
  readonly settings: Settings;
  /** Milliseconds until a new or changed connector works, as in Exchange Online; 0 by default. */
  readonly propagationDelay: number;
  /** Requests of one mailbox, by its owner's guid and whatever the protocol, run one after the other. */
  inTurn: InTurn;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Does something later, by the same clock. */
  after: After;
  /** The next number of the organization's one counter: change keys, item ids, USNs. */
  nextId: () => number;
  /** Notes that an item of a mailbox changed, or (without one) anything else; it is written to the data folder a moment later. */
  save: (mailbox?: Mailbox, itemId?: string) => void;
  /** Notes that an entry of one of the store's tables (mail under way ...) came, changed or went. */
  saveEntry: (table: TableName, number: number) => void;
  /** Resolves once nothing of what changed can be lost with the process: before a client hears of success. @throws Error when the disk refuses. */
  settled: () => Promise<void>;
  /** Writes everything to the data folder's disk now; nothing to do without one. @throws Error when the disk refuses. */
  flush: () => Promise<void>;
  /** Resolves when no file of the data folder is being written anew, which goes on beside everything else. */
  shortened: () => Promise<void>;
}

/** So many cmdlets at once, and so many within a span of time. */
export interface AdminLimits {
  atOnce: number;
  cmdlets: number;
  milliseconds: number;
}

/** What a test, or whoever holds the control endpoint's token, may change at any time; a restart begins with the options again. */
export interface Settings {
  /** When changes to what sent messages say begin to need Mail-Advanced.ReadWrite.All, milliseconds since 1970. */
  mailAdvancedFrom: number;
  /**
   * When EWS ends in Exchange Online for tenants that have not said they keep it (EwsEnabled and an allow list), milliseconds since 1970;
   * null, the default, for a tenant whose turn has not come. For all it ends on 2027-04-01.
   */
  ewsRetired: number | null;
  /** Milliseconds that a token of the login is good for. */
  tokenLifetime: number;
  /** Milliseconds for which Exchange Online remembers what an application may do; 0 unless told, half an hour to two hours there. */
  permissionCache: number;
  /** What one administrator or application may ask of Exchange Online's admin endpoint; no limit unless told. */
  adminLimits: AdminLimits | null;
  /** Whether NTLM has to be bound to the TLS connection; `allow`, as Exchange 2019 CU14 sets it up for EWS, unless told. */
  extendedProtection: ExtendedProtection;
}

/** As Microsoft announced, and as Entra's are. */
const usualSettings: Settings = {
  mailAdvancedFrom: Date.UTC(2026, 11, 31),
  ewsRetired: null,
  tokenLifetime: 3_600_000,
  permissionCache: 0,
  adminLimits: null,
  extendedProtection: "allow",
};

export interface OrganizationOptions extends SeedOptions {
  settings?: Partial<Settings>;
  environment?: Environment;
  /** Keeps the state there, and takes it up again. */
  dataFolder?: string;
  hosts?: Iterable<readonly [string, string]>;
  propagationDelay?: number;
  now?: () => number;
  /** Together with `now`: a clock that a test moves. */
  after?: After;
}

/** Makes contoso.com from its seed, or takes it up from its data folder. @throws Error when the folder's snapshot is of another environment. */
export async function createOrganization(options: OrganizationOptions = {}): Promise<Organization> {
  const environment = options.environment ?? "hybrid";
  const keeper = openKeeper(options.dataFolder);
  const known = keeper.state;
  if (known && known.environment !== environment) {
    throw new Error(
      `the data folder ${options.dataFolder} holds ${known.environment === "hybrid" ? "a hybrid organization: start it with --hybrid" : "an on-premises organization: start it without --hybrid"}, choose another --data folder, or delete this one.`,
    );
  }
  const authority = await createAuthority(known?.authority);
  const store =
    known?.store ??
    createStore("contoso.com", "contoso.onmicrosoft.com", "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10");
  const organization: Organization = {
    environment,
    store,
    authority,
    hosts: new Map([...(options.hosts ?? [])].map(([name, address]) => [name.toLowerCase(), address])),
    redirects: new Map(),
    faults: createFaults(),
    requests: new Map(),
    events: createMailboxEvents(),
    inTurn: createTurns(),
    settings: { ...usualSettings, ...options.settings },
    propagationDelay: options.propagationDelay ?? 0,
    now: options.now ?? Date.now,
    after: options.after ?? realTime,
    nextId: () => ++store.sequence,
    save: keeper.save,
    saveEntry: keeper.saveEntry,
    settled: keeper.settled,
    flush: keeper.flush,
    shortened: keeper.shortened,
  };
  if (!known) {
    keeper.begin({ environment, authority: { ca: authority.ca, key: authority.key }, store });
    await seed(organization, options);
  }
  furnishSides(organization);
  if (!known) await organization.flush();
  return organization;
}
