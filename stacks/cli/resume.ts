import type { Command } from "commander";
import { resume } from "../../providers/pause.ts";
import { switching } from "./pause/switching.ts";

/** `siu resume <stack>`: sends mail to the signature service again, once the way there was found to work. */
export function command(empty: Command): Command {
  return switching(empty, {
    act: resume,
    done: {
      on: "was on already",
      off: "is off, but not paused: `siu apply` switches it on",
      paused: "is on now",
    },
    help: "Connectors and their prerequisites are looked at first, and tested where the file names a validationRecipient.\n\nExample:\n  npx siu resume prod",
  });
}
