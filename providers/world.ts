import { resolve as resolvePath } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../stacks/config/load.ts";
import { resolve, resolveNames, type ReferenceSources } from "../stacks/config/references.ts";
import { keptPassword } from "./account-password.ts";
import { connect } from "./connect.ts";
import { openDaemon } from "./daemon.ts";
import { addressesIn, desired } from "./desired.ts";
import { stays } from "./desired/handover.ts";
import { Fault } from "./exchange/errors.ts";
import type { SideName } from "./exchange/port.ts";
import { openSession, type Session } from "./exchange/session.ts";
import { serviceAccess } from "./service-access.ts";
import type { Deployment } from "./state.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A stack's world, with its end. */
export interface OpenWorld extends Deployment {
  /** Closes the sessions that were opened. */
  close: () => Promise<void>;
}

/**
 * What surrounds the objects of `stacks/<stack>.yaml`: one session for each side of Exchange that is asked for, the daemon, the service account.
 * Nothing is opened, and no secret read, before it is needed; `say` hears what takes long and what Exchange warns of.
 * @throws ConfigError with every mistake in the file
 */
export function openWorld(stack: string, sources: ReferenceSources, say: (text: string) => void): OpenWorld {
  const file = `stacks/${stack}.yaml`;
  const { config } = parseConfig(sources.readFile(file), { file });
  const sessions = new Map<SideName, Session>();
  return {
    on: (side) => {
      const known = sessions.get(side);
      if (known) return known;
      const expected = (): string[] => addressesIn(desired(config, stack, Date.now()), side);
      const session = openSession(connect(config, side, sources, say), expected);
      sessions.set(side, session);
      return session;
    },
    close: async () => {
      await Promise.allSettled(sessions.values().map((session) => session.close()));
    },
    daemon: () => {
      const { url, token: written } = resolve(config.daemon, sources);
      const token = sources.env["SIU_TOKEN"] ?? written;
      if (url === undefined) return undefined;
      if (token !== undefined) return openDaemon({ url, token });
      throw new Fault("UNMET", "Set SIU_TOKEN to the daemon's token, or daemon.token in the stack's file.");
    },
    stays: (resource) => {
      const named = resolveNames(config, sources);
      return stays(resource, named, desired(named, stack, Date.now()));
    },
    accountPassword: async () => {
      const reference = config.serviceAccount.password ?? "";
      const kept = /^\$\{file:([^}]+)\}$/.exec(reference)?.[1];
      return kept === undefined
        ? { value: resolve({ password: reference }, sources).password, generated: false }
        : keptPassword(resolvePath(root, kept));
    },
    ...serviceAccess(config, sources),
    now: Date.now,
    wait: async (milliseconds) => void (await sleep(milliseconds)),
    drainMinutes: config.connectors.drainMinutes,
    say,
  };
}
