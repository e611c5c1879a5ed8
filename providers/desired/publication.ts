import type { Daemon, Settings } from "../../stacks/config/types.ts";
import type { Inputs } from "../state.ts";
import type { Desired } from "./resource.ts";

/** What goes to the running daemon, which is on no side of Exchange. */
export type Publication = Omit<Desired, "side"> & Pick<Inputs, "side">;

/**
 * The settings for a daemon that the configuration names, after everything in Exchange. They hold references of secrets, and go into
 * state as they are. Pure.
 */
export function publication(daemon: Daemon, settings: Settings, after: readonly Desired[]): Publication[] {
  if (daemon.url === undefined) return [];
  return [
    {
      name: "settings",
      kind: "SettingsPublication",
      side: "daemon",
      // Text, which a preview compares value by value.
      inputs: { Settings: JSON.stringify(settings) },
      adopt: false,
      verify: false,
      dependsOn: after.map(({ name }) => name),
    },
  ];
}
