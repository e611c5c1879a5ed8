import "reflect-metadata";
import {
  constants,
  createDecipheriv,
  createHash,
  createHmac,
  privateDecrypt,
  webcrypto,
  X509Certificate,
} from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { EncryptedContent } from "./encrypt.ts";

/** A client that wants resource data: its certificate, and how it reads what is encrypted for it. */
export interface Subscriber {
  /** base64 of the certificate's DER. */
  certificate: string;
  /** Hexadecimal SHA-1 of the certificate. */
  thumbprint: string;
  /** Checks the signature, and decrypts. @throws Error when the signature does not fit */
  read: (content: EncryptedContent) => unknown;
}

export async function createSubscriber(modulusLength = 2048): Promise<Subscriber> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength,
  };
  x509.cryptoProvider.set(webcrypto as typeof globalThis.crypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Subscriber",
    keys,
    signingAlgorithm: algorithm,
  });
  const der = Buffer.from(made.rawData);
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  const privateKey = { key, format: "der", type: "pkcs8" } as const;
  return {
    certificate: der.toString("base64"),
    thumbprint: createHash("sha1").update(new X509Certificate(der).raw).digest("hex").toUpperCase(),
    read: ({ data, dataKey, dataSignature }) => {
      const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" };
      const symmetric = privateDecrypt({ ...privateKey, ...padding }, Buffer.from(dataKey, "base64"));
      const encrypted = Buffer.from(data, "base64");
      if (createHmac("sha256", symmetric).update(encrypted).digest("base64") !== dataSignature)
        throw new Error("The signature does not fit.");
      const decipher = createDecipheriv("aes-256-cbc", symmetric, symmetric.subarray(0, 16));
      return JSON.parse(Buffer.concat([decipher.update(encrypted), decipher.final()]).toString("utf8"));
    },
  };
}
