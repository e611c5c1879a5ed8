import { Fault } from "../exchange/errors.ts";

/**
 * What a failure says that an organization may well answer with: a fault of Exchange or the daemon, a secret that is not on this machine.
 * @throws every other error, which is a mistake of this program
 */
export function expected(error: unknown): string {
  if (error instanceof Fault) return error.message;
  if (error instanceof Error && error.name === "UnresolvedReferences")
    return error.message.replaceAll("\n", " ");
  throw error;
}
