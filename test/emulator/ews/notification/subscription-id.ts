import { randomUUID } from "node:crypto";
import { guidBytes } from "../entry-id.ts";
import { EwsError } from "../error.ts";

const guidLength = 16;

/** A new subscription's id: the server's name, a guid and the mailbox's guid, each after its length, in base64 (`JwBk...`) as in Exchange. */
export function newSubscriptionId(server: string, mailbox: string): string {
  const name = Buffer.from(server);
  const lengths = [Buffer.alloc(2), Buffer.alloc(4), Buffer.alloc(4)] as const;
  lengths[0].writeUInt16LE(name.length);
  lengths[1].writeUInt32LE(guidLength);
  lengths[2].writeUInt32LE(guidLength);
  const guids = [guidBytes(randomUUID()), guidBytes(mailbox)] as const;
  return Buffer.concat([lengths[0], name, lengths[1], guids[0], lengths[2], guids[1]]).toString("base64");
}

/** Whether a text has the form of an id. @throws EwsError ErrorInvalidSubscription */
export function checkSubscriptionId(text: string): void {
  const bytes = Buffer.from(text, "base64");
  const name = bytes.length >= 2 ? bytes.readUInt16LE(0) : 0;
  const whole = 2 + name + 2 * (4 + guidLength);
  if (name === 0 || bytes.length !== whole || bytes.toString("base64") !== text)
    throw new EwsError("ErrorInvalidSubscription");
}
