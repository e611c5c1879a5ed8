/** Files of the product without a mirrored test, each with the reason. */
export const exempt: Record<string, string> = {
  "providers/exchange/port.ts": "types only; test/contract holds its adapters to it",
  "reconciler/mailbox/port.ts": "types only; test/contract holds its adapters to it",
  "reconciler/fault.ts": "an error class without behaviour",
  "stacks/config/types.ts": "generated; test/stacks/config/generate.test.ts compares it with the schema",
};
