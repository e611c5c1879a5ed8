import type { KeyObject } from "node:crypto";
import type { Organization } from "../organization.ts";
import { exchangeAudiences } from "./audience.ts";
import { isSignedBy, readJwt } from "./jwt.ts";
import { knownSigningKey } from "./signing-key.ts";

/** What a token of an application says. */
export interface TokenClaims extends Record<string, unknown> {
  appid: string;
}

/** Claims by token, of those whose signature was checked; the oldest are forgotten. */
const checked = new WeakMap<KeyObject, Map<string, Record<string, unknown>>>();
const mostChecked = 1000;

/** What a token of this organization says that is good now, for one of some audiences (Exchange's unless told); undefined when it is forged, expired or missing. */
export function readToken(
  organization: Organization,
  token: string | undefined,
  accepted: string | readonly string[] = exchangeAudiences,
): TokenClaims | undefined {
  const key = knownSigningKey(organization);
  const claims = key && token !== undefined ? signedClaims(key.public, token) : undefined;
  if (!claims || ![accepted].flat().includes(String(claims["aud"]))) return undefined;
  const { exp, appid } = claims;
  const isCurrent = typeof exp === "number" && exp * 1000 > organization.now();
  return isCurrent && typeof appid === "string" ? { ...claims, appid } : undefined;
}

function signedClaims(key: KeyObject, token: string): Record<string, unknown> | undefined {
  const known = checked.get(key) ?? new Map<string, Record<string, unknown>>();
  checked.set(key, known);
  const before = known.get(token);
  if (before) return before;
  const jwt = readJwt(token);
  if (!jwt || !isSignedBy(jwt, key)) return undefined;
  known.set(token, jwt.claims);
  for (const oldest of known.keys()) {
    if (known.size <= mostChecked) break;
    known.delete(oldest);
  }
  return jwt.claims;
}
