import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { badRequest } from "../error.ts";

/** changeNotificationEncryptedContent */
export interface EncryptedContent {
  data: string;
  dataKey: string;
  dataSignature: string;
  encryptionCertificateId: string;
  encryptionCertificateThumbprint: string;
}

const keySizes = [2048, 4096] as const;

/** The certificate that a client encrypts with, from base64 of its DER or PEM. @throws GraphError InvalidRequest when it is none, or its key is no RSA key of 2,048 to 4,096 bits */
export function readCertificate(text: string): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(text, "base64"));
  } catch {
    throw badRequest(
      "The encryption certificate is not a base64-encoded X.509 certificate.",
      "InvalidRequest",
    );
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  const size = asymmetricKeyDetails?.modulusLength ?? 0;
  if (asymmetricKeyType !== "rsa" || size < keySizes[0] || size > keySizes[1])
    throw badRequest(
      `The key of the encryption certificate has to be an RSA key of ${keySizes[0]} to ${keySizes[1]} bits.`,
      "InvalidRequest",
    );
  return certificate;
}

/**
 * Encrypts a resource for a certificate: AES-256-CBC with the key's first 16 bytes as the initialization vector, the key by RSA-OAEP with
 * SHA-1, and an HMAC-SHA256 over the encrypted bytes. https://learn.microsoft.com/graph/change-notifications-with-resource-data
 */
export function encrypt(
  resource: object,
  certificate: X509Certificate,
  certificateId: string,
): EncryptedContent {
  const key = randomBytes(32);
  const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16));
  const data = Buffer.concat([cipher.update(JSON.stringify(resource), "utf8"), cipher.final()]);
  const padding = { key: certificate.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" };
  return {
    data: data.toString("base64"),
    dataKey: publicEncrypt(padding, key).toString("base64"),
    dataSignature: createHmac("sha256", key).update(data).digest("base64"),
    encryptionCertificateId: certificateId,
    encryptionCertificateThumbprint: createHash("sha1").update(certificate.raw).digest("hex").toUpperCase(),
  };
}
