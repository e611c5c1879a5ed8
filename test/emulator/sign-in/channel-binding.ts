import { createHash, X509Certificate } from "node:crypto";
import { TLSSocket } from "node:tls";

/** How Windows checks that a client signs in to the very TLS connection that it is asked over (Extended Protection). */
export const extendedProtections = ["none", "allow", "require"] as const;
export type ExtendedProtection = (typeof extendedProtections)[number];

/**
 * Whether a client's channel bindings will do: under `allow` they may be missing, but not be wrong; `require` takes nobody without.
 * https://learn.microsoft.com/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-extended-protection
 */
export function isBound(mode: ExtendedProtection, connection: object, response: Buffer): boolean {
  if (mode === "none") return true;
  const told = toldBindings(response);
  if (told === undefined) return mode === "allow";
  return expectedBindings(connection)?.equals(told) ?? false;
}

/** The attribute MsvAvChannelBindings of an NTLMv2 response (16 bytes of proof, 28 of the blob's head, then attributes); all zero counts as none. */
function toldBindings(response: Buffer): Buffer | undefined {
  for (let at = 44; at + 4 <= response.length; at += 4 + response.readUInt16LE(at + 2)) {
    const value = response.subarray(at + 4, at + 4 + response.readUInt16LE(at + 2));
    if (response.readUInt16LE(at) === 10) return value.some((byte) => byte !== 0) ? value : undefined;
  }
  return undefined;
}

/** MD5 of a `gss_channel_bindings_struct` that holds only `tls-server-end-point:` and the digest of this server's certificate (RFC 5929); none without TLS. */
function expectedBindings(connection: object): Buffer | undefined {
  if (!(connection instanceof TLSSocket)) return undefined;
  const certificate = connection.getX509Certificate();
  if (certificate === undefined) return undefined;
  const data = Buffer.concat([Buffer.from("tls-server-end-point:"), digest(certificate)]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash("md5").update(head).update(data).digest();
}

/** By the hash that the certificate is signed with; SHA-256 in place of weaker ones. */
function digest({ raw, signatureAlgorithm }: X509Certificate): Buffer {
  const strong = ["384", "512"].find((bits) => signatureAlgorithm?.toUpperCase().includes(`SHA${bits}`));
  return createHash(`sha${strong ?? "256"}`)
    .update(raw)
    .digest();
}
