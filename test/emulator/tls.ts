import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** A key and its certificate (with the chain), PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

/** A certificate authority of the embedded world: every server and client of it trusts `ca` and nothing else. */
export interface Authority {
  ca: string;
  /** The authority's own key, PEM; kept so that a restarted organization issues from the same root. */
  key: string;
  /** Issues a certificate for server and client use, valid for a year. `names` are DNS names or IP addresses. */
  issue: (names: [string, ...string[]]) => Promise<Certificate>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const day = 86_400_000;
x509.cryptoProvider.set(webcrypto as typeof globalThis.crypto);

function pem(label: string, der: ArrayBuffer): string {
  return x509.PemConverter.encode(der, label);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", key));
}

/** Makes a new authority, or takes up the one whose PEM texts are given. */
export async function createAuthority(known?: { ca: string; key: string }): Promise<Authority> {
  const root = known ? await resumed(known) : await fresh();
  return {
    ca: root.certificate.toString("pem"),
    key: await exportKey(root.key),
    issue: async (names) => {
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${names[0]}`,
        issuer: root.certificate.subject,
        notBefore: new Date(Date.now() - day),
        notAfter: new Date(Date.now() + 365 * day),
        publicKey: keys.publicKey,
        signingKey: root.key,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false),
          new x509.ExtendedKeyUsageExtension([
            x509.ExtendedKeyUsage.serverAuth,
            x509.ExtendedKeyUsage.clientAuth,
          ]),
          new x509.SubjectAlternativeNameExtension(
            names.map((value) => ({
              type: /^[\d.]+$|:/.test(value) ? ("ip" as const) : ("dns" as const),
              value,
            })),
          ),
          await x509.AuthorityKeyIdentifierExtension.create(root.certificate.publicKey),
        ],
      });
      return {
        key: await exportKey(keys.privateKey),
        cert: `${certificate.toString("pem")}\n${root.certificate.toString("pem")}\n`,
      };
    },
  };
}

async function fresh(): Promise<{ certificate: x509.X509Certificate; key: webcrypto.CryptoKey }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Embedded Exchange Root",
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function resumed(known: {
  ca: string;
  key: string;
}): Promise<{ certificate: x509.X509Certificate; key: webcrypto.CryptoKey }> {
  const der = x509.PemConverter.decodeFirst(known.key);
  return {
    certificate: new x509.X509Certificate(known.ca),
    key: await webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]),
  };
}
