import { type CachedDirectory, cachedDirectory } from "./directory.ts";
import { Fault, isFault } from "./fault.ts";
import { type Locks, rememberLocks } from "./locks.ts";
import type { Meter } from "./metrics.ts";
import { createEwsMailboxes } from "./mailbox/ews/adapter.ts";
import { discoverEwsUrl } from "./mailbox/ews/autodiscover.ts";
import { createGraphMailboxes } from "./mailbox/graph/adapter.ts";
import { credentialOf, type Proof, type SignIn, type Token, tokens } from "./mailbox/application.ts";
import type { Credential } from "./mailbox/ews/line.ts";
import { bothSides, type Side } from "./mailbox/hybrid.ts";
import { patient } from "./mailbox/patience.ts";
import { type Guard, signInGuard } from "./mailbox/sign-in.ts";
import type { Inbox } from "./mailbox/inbox.ts";
import type { Application, OnlineMailboxes, OnPremisesMailboxes, Settings } from "../stacks/config/types.ts";

/** The organization's mailboxes and directory, connected when they are first needed. */
export interface Exchange {
  /** @throws Fault UNAVAILABLE | WRONG_CREDENTIALS | BAD_SETTINGS */
  connected: () => Promise<Opened>;
  /** Resolves when every side answers, now or some seconds ago. @throws Fault saying what to do */
  ping: () => Promise<void>;
  close: () => Promise<void>;
}

/** An organization, open behind all ports. */
export interface Connected extends Side {
  /** Of each side that is open. */
  inboxes: { onPremises?: Inbox; online?: Inbox };
  /** Resolves when every side answers. @throws Fault saying what to do */
  ping: () => Promise<void>;
}

/** One side of it. */
interface OpenSide extends Side {
  inbox: Inbox;
  ping: () => Promise<void>;
}

/**
 * Makes the ports for an organization, given settings whose references are resolved. What sends an account's password
 * goes through the guard. @throws Fault UNAVAILABLE | WRONG_CREDENTIALS | BAD_SETTINGS
 */
export type Connect = (settings: Pick<Settings, "mailboxes">, guard: Guard) => Promise<Connected>;

/** Opens what the settings name: Exchange Web Services, Graph, or both as one. */
export const connectExchange: Connect = async ({ mailboxes: { onPremises, online } }, guard) => {
  const ews = onPremises && (await openEws(onPremises, guard));
  const graph = online && openGraph(online);
  const sides = [ews, graph].filter((side) => side !== undefined);
  const [first] = sides;
  if (first === undefined) throw new Fault("BAD_SETTINGS", "mailboxes: names neither side.");
  return {
    ...(ews && graph ? bothSides(ews, graph) : { mailboxes: first.mailboxes, directory: first.directory }),
    inboxes: { ...(ews && { onPremises: ews.inbox }), ...(graph && { online: graph.inbox }) },
    ping: async () => {
      await Promise.all(sides.map((side) => side.ping()));
    },
  };
};

/** Milliseconds between two looks of Autodiscover for a server that does not answer where it was. */
const lookAgain = 300_000;

async function openEws(settings: OnPremisesMailboxes, guard: Guard): Promise<OpenSide> {
  const { account, oauth, ewsUrl, autodiscover, certificateAuthority } = settings;
  // A token is refused without harm; a password that is refused too often locks the account.
  const careful: Guard = oauth === undefined ? guard : (call) => call();
  const shared = {
    credential: ewsCredential(settings),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  };
  const service = typeof autodiscover === "string" ? { url: autodiscover } : {};
  const locate = async (): Promise<string> =>
    ewsUrl ?? careful(() => discoverEwsUrl({ address: account.upn, ...shared, ...service }));
  const openAt = (url: string) =>
    createEwsMailboxes({ url, ...shared, ...(oauth !== undefined && { owner: account.upn }) });

  let url = await locate();
  let open = openAt(url);
  let looked = 0;
  /** Servers move: one that Autodiscover located and that does not answer any more is located again. */
  const following: Guard = async (call) => {
    try {
      return await careful(call);
    } catch (error) {
      if (isFault(error, "UNAVAILABLE") && Date.now() - looked > lookAgain) {
        looked = Date.now();
        // Where it cannot be located either, what is told is that it does not answer.
        const found = await locate().catch(() => url);
        if (found !== url) {
          void open.close();
          url = found;
          open = openAt(found);
        }
      }
      throw error;
    }
  };
  const mailboxes = { ...guarded(() => open.mailboxes, following), close: async () => open.close() };
  const directory = guarded(() => open.directory, following);
  const inbox = guarded(() => open.inbox, following);
  return { mailboxes, directory, inbox, ping: async () => void (await directory.mailboxOf(account.upn)) };
}

function ewsCredential(settings: OnPremisesMailboxes): Credential {
  const { account, authentication = "basic", oauth, certificateAuthority } = settings;
  if (oauth === undefined) return { by: authentication, username: account.upn, password: account.password };
  const open = () => credentialOf(signInOf(oauth, certificateAuthority));
  const held = new Map<string, Token>();
  const tokenFor = ({ origin }: URL): Token => {
    const resource = oauth.resource ?? origin;
    const token = held.get(resource) ?? tokens(open, `${resource}/.default`, Date.now);
    held.set(resource, token);
    return token;
  };
  return { by: "oauth", tokenFor };
}

function openGraph(settings: OnlineMailboxes): OpenSide {
  const { tenantId, graphUrl, certificateAuthority } = settings;
  const { mailboxes, directory, inbox } = createGraphMailboxes({
    url: graphUrl,
    signIn: signInOf(settings, certificateAuthority),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    now: Date.now,
  });
  return {
    mailboxes,
    directory,
    inbox,
    ping: async () => void (await directory.mailboxOf(`postmaster@${tenantId}`)),
  };
}

/** @throws Fault BAD_SETTINGS */
function signInOf(
  { tenantId, application, loginUrl }: Pick<OnlineMailboxes, "tenantId" | "application" | "loginUrl">,
  certificateAuthority: string | undefined,
): SignIn {
  return {
    tenantId,
    clientId: application.clientId,
    proof: proofOf(application),
    authority: loginUrl,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  };
}

/** @throws Fault BAD_SETTINGS */
function proofOf(application: Application): Proof {
  const { clientSecret, certificate, managedIdentity, federatedTokenFile } = application;
  if (certificate !== undefined) return certificate;
  if (clientSecret !== undefined) return { clientSecret };
  if (managedIdentity !== undefined) return { managedIdentity };
  if (federatedTokenFile !== undefined) return { federatedTokenFile };
  throw new Fault(
    "BAD_SETTINGS",
    "serviceAccount.application: has none of clientSecret, certificate, managedIdentity and federatedTokenFile.",
  );
}

type Opened = Omit<Connected, "directory"> & { directory: CachedDirectory; locks: Locks };

/** Keeps one connection; a failure to connect is not kept, so the next call tries again. */
export function openExchange(
  settings: Pick<Settings, "mailboxes">,
  connect: Connect,
  now: () => number,
  called: Meter["called"],
): Exchange {
  let connection: Promise<Opened> | undefined;
  let lastPing: { at: number; result: Promise<void> } | undefined;
  const guard = signInGuard(now);
  const counted: Guard = async (call, operation = "") => {
    try {
      const result = await call();
      called(operation, undefined);
      return result;
    } catch (error) {
      called(operation, error instanceof Fault ? error.code : "UNEXPECTED");
      throw error;
    }
  };
  const connected = (): Promise<Opened> => {
    connection ??= connect(settings, guard).then(
      ({ mailboxes, directory, ...rest }) => ({
        ...rest,
        // Beneath what holds calls back: what is counted is what the servers were asked.
        mailboxes: patient(
          guarded(() => mailboxes, counted),
          now,
        ),
        directory: cachedDirectory(
          guarded(() => directory, counted),
          now,
        ),
        locks: rememberLocks(now),
      }),
      (error: unknown) => {
        connection = undefined;
        throw error;
      },
    );
    return connection;
  };
  const ask = async () => (await connected()).ping();
  return {
    connected,
    ping: () => {
      if (!lastPing || now() - lastPing.at > 5000) lastPing = { at: now(), result: ask() };
      return lastPing.result;
    },
    close: async () => {
      const open = await connection?.catch(() => undefined);
      await open?.mailboxes.close();
    },
  };
}

/** A port whose every call goes through the guard, to the adapter that is open then. */
function guarded<T extends object>(port: () => T, guard: Guard): T {
  type Calls = Record<string, (...input: unknown[]) => Promise<unknown>>;
  const call =
    (name: string) =>
    (...input: unknown[]) =>
      guard(async () => (port() as Calls)[name]?.(...input), name);
  return Object.fromEntries(Object.keys(port()).map((name) => [name, call(name)])) as T;
}
