import { mayHaveSecondCopy } from "./match.ts";
import { parseMail, type Stamp, stampOf } from "./stamp.ts";

/** What a stamped copy says, and whether the sender's mailbox may get a second copy of it. */
export interface Reading {
  stamp: Stamp;
  second: boolean;
}

/** Reads a stamped copy. @throws Error of the parser */
export async function readMail(raw: Uint8Array, processedHeader: string): Promise<Reading> {
  const mail = await parseMail(raw);
  return { stamp: stampOf(mail, processedHeader), second: mayHaveSecondCopy(mail) };
}
