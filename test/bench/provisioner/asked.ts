import type { Faults } from "../../emulator/faults.ts";

/** Requests to a server by what they ask: a cmdlet as `online Get-TransportRule`, anything else as its protocol (`token`). */
export type Asked = Record<string, number>;

/** Counts what an organization's servers are asked while something runs. */
export async function asked<Done>(
  { faults }: { faults: Faults },
  work: () => Promise<Done>,
): Promise<{ done: Done; cmdlets: Asked }> {
  const { take } = faults;
  const cmdlets: Asked = {};
  faults.take = (protocol, operation, side, mailbox) => {
    const name = protocol === "admin" ? `${side} ${operation}` : protocol;
    cmdlets[name] = (cmdlets[name] ?? 0) + 1;
    return take(protocol, operation, side, mailbox);
  };
  try {
    return { done: await work(), cmdlets };
  } finally {
    faults.take = take;
  }
}
