import type { SideName } from "../../store.ts";
import { accessSignatures } from "./access.ts";
import { connectorsSignatures } from "./connectors.ts";
import { furtherSignatures } from "./further.ts";
import { groupsSignatures } from "./groups.ts";
import { mailboxSignatures } from "./mailbox.ts";
import { readSignatures, type Signature } from "./notation.ts";
import { organizationSignatures } from "./organization.ts";
import { policiesSignatures } from "./policies.ts";
import { recipientsSignatures } from "./recipients.ts";
import { traceSignatures } from "./trace.ts";
import { transportSignatures } from "./transport.ts";

const signatures = new Map(
  [
    accessSignatures,
    connectorsSignatures,
    furtherSignatures,
    groupsSignatures,
    mailboxSignatures,
    organizationSignatures,
    policiesSignatures,
    recipientsSignatures,
    traceSignatures,
    transportSignatures,
  ].flatMap((table) => [...readSignatures(table)]),
);

/** The parameters that Microsoft's reference gives a cmdlet, by its exact name. @throws Error when no table has it */
export function signatureOf(cmdlet: string): Signature {
  const signature = signatures.get(cmdlet);
  if (!signature) throw new Error(`No signature says what parameters ${cmdlet} has.`);
  return signature;
}

/** Whether there is such a cmdlet, on either side. */
export function isSigned(cmdlet: string): boolean {
  return signatures.has(cmdlet);
}

/** A cmdlet and its parameters, as one side has them. */
export interface There {
  name: string;
  parameters: readonly string[];
}

function there(side: SideName): There[] {
  return [...signatures]
    .filter(([, signature]) => signature.side === undefined || signature.side === side)
    .map(([name, { parameters }]) => ({
      name,
      parameters: Object.entries(parameters)
        .filter(([, type]) => type.side === undefined || type.side === side)
        .map(([parameter]) => parameter),
    }));
}

const bySide: Record<SideName, There[]> = { onPremises: there("onPremises"), online: there("online") };

/** Every cmdlet of a side. */
export function cmdletsThere(side: SideName): readonly There[] {
  return bySide[side];
}
