import { constants, sign, verify, type KeyObject } from "node:crypto";

/** A JSON Web Token taken apart; nothing about it has been checked. */
export interface Jwt {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  signed: Buffer;
  signature: Buffer;
}

/** Takes a compact token apart; undefined when it is none. */
export function readJwt(token: string): Jwt | undefined {
  const [head, claims, signature, ...rest] = token.split(".");
  if (head === undefined || claims === undefined || signature === undefined || rest.length > 0)
    return undefined;
  try {
    const [header, content] = [head, claims].map(
      (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as unknown,
    );
    if (!isRecord(header) || !isRecord(content)) return undefined;
    return {
      header,
      claims: content,
      signed: Buffer.from(`${head}.${claims}`),
      signature: Buffer.from(signature, "base64url"),
    };
  } catch {
    return undefined;
  }
}

/** Whether a key signed the token with the algorithm that it names (RS256, PS256 or ES256). */
export function isSignedBy({ header, signed, signature }: Jwt, key: KeyObject): boolean {
  const { asymmetricKeyType: type } = key;
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  switch (header["alg"]) {
    case "RS256":
      return type === "rsa" && verify("sha256", signed, key, signature);
    case "PS256":
      return type === "rsa" && verify("sha256", signed, { key, padding, saltLength }, signature);
    case "ES256":
      return type === "ec" && verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, signature);
    default:
      return false;
  }
}

/** A token signed with an RSA key, RS256. */
export function writeJwt(claims: Record<string, unknown>, key: KeyObject, keyId: string): string {
  const text = [{ typ: "JWT", alg: "RS256", x5t: keyId, kid: keyId }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
