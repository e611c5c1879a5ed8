import { Fault } from "../exchange/errors.ts";
import type { Daemon, Published } from "../daemon.ts";
import type { Observed, PublicationKind, World } from "../kind.ts";

/**
 * The running daemon's settings. After everything in Exchange, because they rely on it; before everything when it is removed: then the
 * daemon is switched off, or it would go on with connectors and a right that are going. It still takes stamped copies in, so that none
 * bounces, and leaves the sent items alone.
 */
export const settingsPublication: PublicationKind = {
  is: "publication",
  title: "The daemon's settings",
  sides: [],
  want: ({ Settings }) => leaves(JSON.parse(String(Settings))),
  observe: async (world) => {
    const published = await daemonOf(world).settings();
    return published && leaves(published.settings);
  },
  publish: async ({ Settings }, world) => {
    const daemon = daemonOf(world);
    await daemon.put(JSON.parse(String(Settings)) as object, await daemon.settings());
    const problems = await daemon.problems();
    if (problems !== undefined)
      world.say(`The daemon has the settings, but cannot work with them yet: ${problems}`);
  },
  withdraw: async (world) => {
    const daemon = world.daemon();
    if (!daemon)
      return world.say(
        "daemon.url is gone from the stack's file: the daemon is not told, and keeps the settings that it has.",
      );
    const published: Published | undefined = await daemon.settings();
    if (published) await daemon.put({ ...(published.settings as object), status: "off" }, published);
  },
};

function daemonOf(world: World): Daemon {
  const daemon = world.daemon();
  if (daemon) return daemon;
  throw new Fault(
    "UNSUPPORTED",
    "The configuration names no daemon to send the settings to: fill in daemon.url.",
  );
}

/** Every value by its path: `senders.users` is `["a","b"]`, as JSON. The order of keys says nothing. */
function leaves(value: unknown, path: readonly string[] = []): Observed {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { [path.join(".")]: JSON.stringify(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, each]) => leaves(each, [...path, key])));
}
