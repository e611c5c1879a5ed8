import { isFault } from "../../fault.ts";

/** The answer, or undefined when what was asked about is not there (any more). @throws Fault for everything else */
export async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isFault(error, "ITEM_NOT_FOUND")) return undefined;
    throw error;
  }
}
