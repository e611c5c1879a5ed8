import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const day = 86_400_000;
x509.cryptoProvider.set(webcrypto as typeof globalThis.crypto);

/** A certificate with its key, able to issue others. */
export interface Issued {
  pem: string;
  key: string;
  subject: string;
  signingKey: webcrypto.CryptoKey;
}

/** What a certificate is to be like; a server's leaf unless `authority` says how many authorities may stand below. */
export interface Wanted {
  authority?: number;
  usages?: string[];
  /** Days from now. */
  until?: number;
  extensions?: x509.Extension[];
}

/** Issues a certificate, or with no issuer a root. */
export async function issue(name: string, by?: Issued, wanted: Wanted = {}): Promise<Issued> {
  const { authority, usages = [], until = 1, extensions = [] } = wanted;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by?.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() - 10 * day),
    notAfter: new Date(Date.now() + until * day),
    publicKey: keys.publicKey,
    signingKey: by?.signingKey ?? keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(authority !== undefined, authority, true),
      ...(usages.length > 0 ? [new x509.ExtendedKeyUsageExtension(usages)] : []),
      ...(authority === undefined
        ? [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }])]
        : []),
      ...extensions,
    ],
  });
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
    "PRIVATE KEY",
  );
  return {
    pem: certificate.toString("pem"),
    key,
    subject: certificate.subject,
    signingKey: keys.privateKey,
  };
}

/** The extension that limits an authority to names of one domain. */
export function onlyNamesOf(domain: string): x509.Extension {
  const name = Buffer.from(domain);
  const tlv = (tag: number, content: Buffer) => Buffer.concat([Buffer.from([tag, content.length]), content]);
  return new x509.Extension("2.5.29.30", true, tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0x82, name)))));
}
