/** MAPI properties as TNEF writes them ([MS-OXTNEF] 2.1.3.4). */

/** A property's tag and value; the tag's last four digits are its type. */
export type Property = readonly [tag: number, value: string | number | boolean | Date | Uint8Array];

const types = {
  long: 0x00_03,
  boolean: 0x00_0b,
  object: 0x00_0d,
  text: 0x00_1f,
  time: 0x00_40,
  binary: 0x01_02,
};
/** Milliseconds from 1601, where FILETIME begins, to 1970. */
const epoch = 11_644_473_600_000n;

/** Properties by name ([MS-OXPROPS]). */
export const tags = {
  importance: 0x00_17_00_03,
  messageClass: 0x00_1a_00_1f,
  sensitivity: 0x00_36_00_03,
  subject: 0x00_37_00_1f,
  clientSubmitTime: 0x00_39_00_40,
  tnefCorrelationKey: 0x00_7f_01_02,
  rtfInSync: 0x0e_1f_00_0b,
  rtfCompressed: 0x10_09_01_02,
  nativeBody: 0x10_16_00_03,
  internetMessageId: 0x10_35_00_1f,
  attachObject: 0x37_01_00_0d,
  attachMethod: 0x37_05_00_03,
  attachLongFilename: 0x37_07_00_1f,
  renderingPosition: 0x37_0b_00_03,
  attachMimeTag: 0x37_0e_00_1f,
  attachContentId: 0x37_12_00_1f,
  attachContentLocation: 0x37_13_00_1f,
  internetCodepage: 0x3f_de_00_03,
} as const;

/** A list of properties with their count. @throws Error for a value that does not fit its type */
export function writeProperties(properties: readonly Property[]): Buffer {
  return Buffer.concat([uint32(properties.length), ...properties.map(([tag, value]) => write(tag, value))]);
}

/** Four bytes, the lowest first. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function write(tag: number, value: Property[1]): Buffer {
  const type = tag & 0xff_ff;
  const name = Buffer.alloc(4);
  name.writeUInt16LE(type, 0);
  name.writeUInt16LE(tag >>> 16, 2);
  return Buffer.concat([name, ...content(type, value)]);
}

function content(type: number, value: Property[1]): Buffer[] {
  if (type === types.long && typeof value === "number") return [uint32(value)];
  if (type === types.boolean && typeof value === "boolean") return [uint32(value ? 1 : 0)];
  if (type === types.time && value instanceof Date) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE((BigInt(value.getTime()) + epoch) * 10_000n);
    return [bytes];
  }
  if (type === types.text && typeof value === "string") return sized(Buffer.from(`${value}\0`, "utf16le"));
  if ((type === types.binary || type === types.object) && value instanceof Uint8Array) return sized(value);
  throw new Error(`A property of type 0x${type.toString(16)} cannot hold ${typeof value}.`);
}

/** One value of its own length, filled up to four bytes. */
function sized(value: Uint8Array): Buffer[] {
  return [uint32(1), uint32(value.length), Buffer.from(value), Buffer.alloc((4 - (value.length % 4)) % 4)];
}
