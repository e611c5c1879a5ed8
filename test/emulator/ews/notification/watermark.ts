import { EwsError } from "../error.ts";

/** `AQAAA...`: a version, the guid of the event table, the event's number and a one, as Exchange's own are laid out. */
const length = 29;

/** The watermark of an event, by its number within an event table. */
export function writeWatermark(table: string, number: number): string {
  const bytes = Buffer.alloc(length);
  bytes[0] = 1;
  bytes.write(table.replaceAll("-", ""), 4, "hex");
  bytes.writeBigUInt64LE(BigInt(number), 20);
  bytes[length - 1] = 1;
  return bytes.toString("base64");
}

/** The inverse. @throws EwsError ErrorInvalidWatermark, or ErrorEventNotFound for one of another event table (before a restart). */
export function readWatermark(table: string, text: string): number {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== length || bytes.toString("base64") !== text.trim())
    throw new EwsError("ErrorInvalidWatermark");
  const number = Number(bytes.readBigUInt64LE(20));
  if (writeWatermark(bytes.toString("hex", 4, 20), number) !== text.trim())
    throw new EwsError("ErrorInvalidWatermark");
  if (bytes.toString("hex", 4, 20) !== table.replaceAll("-", "")) throw new EwsError("ErrorEventNotFound");
  return number;
}
