import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { md4 } from "./md4.ts";

const signature = Buffer.from("NTLMSSP\0", "latin1");
/** Unicode, target named, NTLM, always signed, a domain, extended session security, target information, version, 128 and 56 bit. */
const flags = 0xa2898205;

/** Who says to be signing in, and the proof; of MS-NLMP's third message. */
export interface NtlmProof {
  user: string;
  domain: string;
  /** The proof and the blob that it covers. */
  response: Buffer;
}

/** What kind of NTLM message a client sent: 1 (negotiate), 3 (authenticate), or undefined for none. */
export function ntlmMessage(message: Buffer): number | undefined {
  return message.length >= 12 && message.subarray(0, 8).equals(signature)
    ? message.readUInt32LE(8)
    : undefined;
}

/** A fresh challenge. */
export function newChallenge(): Buffer {
  return randomBytes(8);
}

/** The second message: what the client has to prove its password against. */
export function challengeMessage(challenge: Buffer, domain: string, host: string): Buffer {
  const target = Buffer.from(domain, "utf16le");
  const information = Buffer.concat([pair(2, domain), pair(1, host), pair(0, "")]);
  const head = Buffer.alloc(56);
  signature.copy(head);
  head.writeUInt32LE(2, 8);
  section(head, 12, target.length, head.length);
  head.writeUInt32LE(flags, 20);
  challenge.copy(head, 24);
  section(head, 40, information.length, head.length + target.length);
  head.set([10, 0, 0, 0, 0, 0, 0, 15], 48);
  return Buffer.concat([head, target, information]);
}

/** Reads the third message; undefined when it is cut short. */
export function readProof(message: Buffer): NtlmProof | undefined {
  if (message.length < 64) return undefined;
  const encoding = (message.readUInt32LE(60) & 1) === 1 ? "utf16le" : "latin1";
  const response = part(message, 20);
  if (response.length < 24) return undefined;
  return {
    domain: part(message, 28).toString(encoding),
    user: part(message, 36).toString(encoding),
    response,
  };
}

/** Whether the proof (NTLMv2) was made with this password for this challenge. */
export function provesPassword(proof: NtlmProof, challenge: Buffer, password: string): boolean {
  const { user, domain, response } = proof;
  const key = hmac(
    md4(Buffer.from(password, "utf16le")),
    Buffer.from(user.toUpperCase() + domain, "utf16le"),
  );
  const expected = hmac(key, Buffer.concat([challenge, response.subarray(16)]));
  return timingSafeEqual(expected, response.subarray(0, 16));
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac("md5", key).update(data).digest();
}

function pair(id: number, value: string): Buffer {
  const text = Buffer.from(value, "utf16le");
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(text.length, 2);
  return Buffer.concat([head, text]);
}

function section(message: Buffer, at: number, length: number, offset: number): void {
  message.writeUInt16LE(length, at);
  message.writeUInt16LE(length, at + 2);
  message.writeUInt32LE(offset, at + 4);
}

function part(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + message.readUInt16LE(at));
}
