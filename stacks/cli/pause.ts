import type { Command } from "commander";
import { pause } from "../../providers/pause.ts";
import { switching } from "./pause/switching.ts";

/** `siu pause <stack>`: takes mail off the signature service in seconds, without Pulumi and its state. */
export function command(empty: Command): Command {
  return switching(empty, {
    act: pause,
    done: { on: "is off now", off: "was off already, and is paused now", paused: "was paused already" },
    help: "Every rule that sends mail to the signature service is switched off; mail then leaves without a signature.\nNothing else changes, and `apply` leaves the rules off until `siu resume`.\n\nExample:\n  npx siu pause prod",
  });
}
