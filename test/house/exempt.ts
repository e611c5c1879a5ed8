/** Files of the product, or whole folders (`.../`), without a mirrored test, each with the reason. */
export const exempt: Record<string, string> = {
  "providers/exchange/port.ts": "types only; test/contract holds its adapters to it",
  "providers/exchange/patience.ts": "test/contract/admin.test.ts counts the pauses of every adapter",
  "providers/exchange/powershell/connect.ts":
    "test/contract/admin.test.ts signs in with both of its statements",
  "providers/exchange/powershell/shell.ts": "pwsh.test.ts ends, breaks and misses shells",
  "providers/exchange/token.ts": "part of the rest adapter, run by test/contract/admin.test.ts",
  "reconciler/exchange.ts": "composition; main.test.ts runs the daemon as a process",
  "reconciler/fault.ts": "an error class without behaviour",
  "reconciler/intake/connector.ts": "smtp.test.ts proves origins over the wire, with the forgeries",
  "reconciler/intake/origin.ts": "smtp.test.ts refuses every certificate that is not the right one",
  "reconciler/intake/proof.ts": "smtp.test.ts and journal.test.ts forge each of these headers",
  "reconciler/intake/port.ts": "types only; smtp.test.ts holds the intake to it",
  "reconciler/intake/sink.ts": "smtp.test.ts stores through it",
  "reconciler/mailbox/ews/protocol.ts": "test/contract/mailbox.test.ts holds it to the port",
  "reconciler/mailbox/graph/":
    "test/contract runs every operation; adapter.test.ts what can go wrong with them",
  "reconciler/mailbox/port.ts": "types only; test/contract/mailbox.test.ts holds its adapters to it",
  "reconciler/queue/": "test/contract/queue.test.ts runs the port's suite against every adapter",
  "reconciler/reasons.ts": "a table of words",
  "stacks/cli/exit.ts": "a table of numbers",
  "stacks/cli/pulumi-process.ts": "pulumi.test.ts runs a stand-in through it, the demo's test the CLI itself",
  "stacks/cli/stack.ts": "check.test.ts reads stacks through it",
  "stacks/cli/state.ts": "pulumi.test.ts sees its folders and locks",
  "stacks/cli/start.ts": "exchange.test.ts and run.test.ts start mains through it",
  "stacks/config/": "load.test.ts and stacks.test.ts read whole files through all of it",
};
