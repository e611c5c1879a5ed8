import { createHash, createHmac, randomBytes, X509Certificate } from "node:crypto";
import { md4 } from "./md4.ts";

/** Who signs in: by a user principal name, or as `DOMAIN\user`. */
export interface Account {
  username: string;
  password: string;
}

/** Unicode, a target, NTLM, always signed, extended session security, target information, 128 and 56 bit. */
const flags = 0xa0888205;
const signature = Buffer.from("NTLMSSP\0", "latin1");

/** The first message of an NTLM sign-in (MS-NLMP), in base64. */
export function negotiate(): string {
  const message = Buffer.alloc(32);
  signature.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(flags, 12);
  return message.toString("base64");
}

/**
 * The last message, in base64: proves the password (NTLMv2) for the server's challenge, bound to the server's name and the certificate
 * (DER) of the connection, which Extended Protection demands. @throws RangeError when the challenge is none
 */
export function authenticate(
  challenge: string,
  { username, password }: Account,
  server: { host: string; certificate: Buffer },
): string {
  const message = Buffer.from(challenge, "base64");
  if (!message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 2)
    throw new RangeError("not a challenge of NTLM");
  const start = message.readUInt32LE(44);
  const information = message.subarray(start, start + message.readUInt16LE(40));
  const [, domain = "", user = username] = /^([^\\]*)\\(.+)$/.exec(username) ?? [];
  const key = hmac(md4(utf16(password)), utf16(user.toUpperCase() + domain));
  const covered = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    pairOf(information, timestamp) ?? now(),
    randomBytes(8),
    Buffer.alloc(4),
    withoutEnd(information),
    pair(targetName, utf16(`HTTP/${server.host}`)),
    pair(channelBindings, bindings(server.certificate)),
    Buffer.alloc(8),
  ]);
  const proof = hmac(key, Buffer.concat([message.subarray(24, 32), covered]));
  return laidOut([Buffer.alloc(24), Buffer.concat([proof, covered]), utf16(domain), utf16(user)]).toString(
    "base64",
  );
}

const timestamp = 7;
const targetName = 9;
const channelBindings = 10;

/** Sections behind the head, in their order: LM and NT response, domain, user; workstation and session key are empty. */
function laidOut(sections: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(64);
  signature.copy(head);
  head.writeUInt32LE(3, 8);
  head.writeUInt32LE(flags, 60);
  let offset = head.length;
  for (const [index, { length }] of [...sections, Buffer.alloc(0), Buffer.alloc(0)].entries()) {
    head.writeUInt16LE(length, 12 + index * 8);
    head.writeUInt16LE(length, 14 + index * 8);
    head.writeUInt32LE(offset, 16 + index * 8);
    offset += length;
  }
  return Buffer.concat([head, ...sections]);
}

/** The value of an attribute of the target information. */
function pairOf(information: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= information.length; at += 4 + information.readUInt16LE(at + 2)) {
    const value = information.subarray(at + 4, at + 4 + information.readUInt16LE(at + 2));
    if (information.readUInt16LE(at) === wanted) return value;
  }
  return undefined;
}

function withoutEnd(information: Buffer): Buffer {
  return information.subarray(0, Math.max(0, information.length - 4));
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/**
 * MD5 of the channel bindings (RFC 5929, tls-server-end-point): four empty fields, then the certificate's digest, by the hash of its
 * signature where that is a stronger one than SHA-256.
 */
function bindings(certificate: Buffer): Buffer {
  const { signatureAlgorithm = "" } = new X509Certificate(certificate);
  const hash = /SHA-?(384|512)/i.exec(signatureAlgorithm)?.[1] ?? "256";
  const digest = createHash(`sha${hash}`).update(certificate).digest();
  const data = Buffer.concat([Buffer.from("tls-server-end-point:", "latin1"), digest]);
  const length = Buffer.alloc(20);
  length.writeUInt32LE(data.length, 16);
  return createHash("md5")
    .update(Buffer.concat([length, data]))
    .digest();
}

/** The time as Windows counts it: 100 nanoseconds since 1601. */
function now(): Buffer {
  const value = Buffer.alloc(8);
  value.writeBigUInt64LE((BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n);
  return value;
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac("md5", key).update(data).digest();
}

function utf16(text: string): Buffer {
  return Buffer.from(text, "utf16le");
}
