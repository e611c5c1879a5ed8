import { type CachedDirectory, cachedDirectory } from "./directory.ts";
import { Fault } from "./fault.ts";
import { createEwsMailboxes } from "./mailbox/ews/adapter.ts";
import { discoverEwsUrl } from "./mailbox/ews/autodiscover.ts";
import type { Directory, Mailboxes } from "./mailbox/port.ts";
import { type Guard, signInGuard } from "./mailbox/sign-in.ts";
import type { Settings } from "../stacks/config/types.ts";

/** The organization's mailboxes and directory, connected when they are first needed. */
export interface Exchange {
  /** @throws Fault UNAVAILABLE | WRONG_CREDENTIALS | BAD_SETTINGS */
  connected: () => Promise<{ mailboxes: Mailboxes; directory: CachedDirectory }>;
  /** Resolves when the mailbox side answers to the service account. @throws Fault saying what to do */
  ping: () => Promise<void>;
  close: () => Promise<void>;
}

/** Makes the ports for an organization, given settings whose references are resolved. */
export type Connect = (settings: Settings) => Promise<{ mailboxes: Mailboxes; directory: Directory }>;

/** Locates and opens Exchange Web Services as the settings say. @throws Fault UNAVAILABLE | WRONG_CREDENTIALS | BAD_SETTINGS */
export const connectEws: Connect = async ({ mailboxes: { onPremises } }) => {
  if (onPremises === undefined) throw new Fault("BAD_SETTINGS", "mailboxes.onPremises: is missing.");
  const { account, autodiscover, certificateAuthority } = onPremises;
  const shared = {
    credential: { username: account.upn, password: account.password },
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
  };
  const url =
    onPremises.ewsUrl ??
    (await discoverEwsUrl({
      address: account.upn,
      ...shared,
      ...(typeof autodiscover === "string" ? { url: autodiscover } : {}),
    }));
  return createEwsMailboxes({ url, ...shared });
};

/** Keeps one connection; a failure to connect is not kept, so the next call tries again. */
export function openExchange(settings: Settings, connect: Connect, now: () => number): Exchange {
  let connection: ReturnType<Exchange["connected"]> | undefined;
  let lastPing: { at: number; result: Promise<void> } | undefined;
  const guard = signInGuard(now);
  const connected: Exchange["connected"] = () => {
    connection ??= guard(() => connect(settings)).then(
      ({ mailboxes, directory }) => ({
        mailboxes: { ...guarded(mailboxes, guard), close: mailboxes.close },
        directory: cachedDirectory(guarded(directory, guard), now),
      }),
      (error: unknown) => {
        connection = undefined;
        throw error;
      },
    );
    return connection;
  };
  const ask = async () => {
    // Not the cached answer: this is to learn whether the server answers now.
    const { directory } = await connected();
    await directory.fresh(settings.mailboxes.onPremises?.account.upn ?? settings.organization.domain);
  };
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

/** A port whose every call goes through the guard. */
function guarded<T extends object>(port: T, guard: Guard): T {
  const calls = Object.entries(port as Record<string, (...input: unknown[]) => Promise<unknown>>);
  return Object.fromEntries(
    calls.map(([name, call]) => [name, (...input: unknown[]) => guard(() => call(...input))]),
  ) as T;
}
