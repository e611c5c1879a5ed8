import { constants, createHash, createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Fault } from "./errors.ts";

/**
 * An application of Entra with the right to manage Exchange, and what it proves itself with: a secret, a certificate (both PEM), or the
 * token of a workload that it trusts, read anew each time because it lives for minutes.
 */
export type ClientCredentials = { tokenUrl: string; clientId: string } & (
  | { clientSecret: string }
  | { certificate: { key: string; certificate: string } }
  | { federatedToken: () => string }
);

/** Seconds that an assertion may be on its way. */
const brief = 300;

/** The form of a client credentials grant (RFC 6749, 4.4). @throws Fault WRONG_CREDENTIALS for a certificate that is none */
export function clientCredentialsForm(
  credential: ClientCredentials,
  scope: string,
  now: number,
): URLSearchParams {
  const proof =
    "clientSecret" in credential
      ? { client_secret: credential.clientSecret }
      : {
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
          client_assertion:
            "federatedToken" in credential
              ? credential.federatedToken()
              : assertion(credential, credential.certificate, now),
        };
  return new URLSearchParams({
    grant_type: "client_credentials",
    client_id: credential.clientId,
    scope,
    ...proof,
  });
}

/**
 * What the holder of a certificate's key says of itself (RFC 7523). learn.microsoft.com: "Microsoft identity platform application
 * authentication certificate credentials"; Entra itself takes RSA keys only.
 */
function assertion(
  { tokenUrl, clientId }: { tokenUrl: string; clientId: string },
  pem: { key: string; certificate: string },
  now: number,
): string {
  const { key, thumbprint } = pair(pem);
  const seconds = Math.floor(now / 1_000);
  const signed = [
    { alg: key.asymmetricKeyType === "rsa" ? "PS256" : "ES256", typ: "JWT", "x5t#S256": thumbprint },
    {
      aud: tokenUrl,
      iss: clientId,
      sub: clientId,
      jti: randomUUID(),
      nbf: seconds,
      iat: seconds,
      exp: seconds + brief,
    },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  const how =
    key.asymmetricKeyType === "rsa" ? { padding, saltLength } : { dsaEncoding: "ieee-p1363" as const };
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, ...how }).toString("base64url")}`;
}

function pair(pem: { key: string; certificate: string }): { key: KeyObject; thumbprint: string } {
  let key: KeyObject;
  let certificate: X509Certificate;
  try {
    key = createPrivateKey(pem.key);
    certificate = new X509Certificate(pem.certificate);
  } catch {
    // What OpenSSL says may repeat the text, and the text may be the key.
    throw new Fault(
      "WRONG_CREDENTIALS",
      "connections.online.admin.certificate: key and certificate have to be PEM texts; a key with a passphrase is not taken.",
    );
  }
  if (!certificate.checkPrivateKey(key)) {
    throw new Fault(
      "WRONG_CREDENTIALS",
      "connections.online.admin.certificate: the key is not the certificate's.",
    );
  }
  return { key, thumbprint: createHash("sha256").update(certificate.raw).digest("base64url") };
}
