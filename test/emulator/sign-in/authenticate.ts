import type { Answer, Request } from "../http.ts";
import { exchangeAudiences, onPremisesAudiences } from "../login/audience.ts";
import { readToken } from "../login/read-token.ts";
import type { Organization } from "../organization.ts";
import { accountNamed, isBarred, signIn } from "./account.ts";
import type { Application, Recipient, Side } from "../store.ts";
import { isBound } from "./channel-binding.ts";
import { challengeMessage, newChallenge, ntlmMessage, provesPassword, readProof } from "./ntlm.ts";

/** Who a request comes from: somebody with a password, or an application with a token. */
export type Caller = { account: Recipient } | { application: Application };

/** What a connection has come to: NTLM signs in connections, not requests. */
interface Progress {
  challenge?: Buffer;
  account?: Recipient;
}

const connections = new WeakMap<object, Progress>();

/** The caller of a request by HTTP Basic, NTLM or bearer token, or the refusal to send. */
export function authenticate(organization: Organization, side: Side, request: Request): Caller | Answer {
  const [, scheme = "", value = ""] = /^(\w+)\s+(\S+)$/.exec(request.headers.authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "basic":
      return byPassword(side, request) ?? challenge(organization);
    case "bearer":
      return byToken(organization, side, value);
    case "ntlm":
    case "negotiate":
      return byNtlm(organization, side, Buffer.from(value, "base64"), scheme, request.connection);
    default: {
      const account = request.connection && connections.get(request.connection)?.account;
      return account && !isBarred(account) ? { account } : challenge(organization);
    }
  }
}

/** The refusal that names the ways to sign in. */
export function challenge(organization: Organization, ...ntlm: string[]): Answer {
  const ways = [
    `Basic realm="mail.${organization.store.domain}"`,
    "NTLM",
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", token_types="app_asserted_user_v1 service_asserted_app_v1"',
  ];
  return { status: 401, headers: { "WWW-Authenticate": ntlm.length > 0 ? ntlm : ways } };
}

/** Who signs in by HTTP Basic; undefined where nobody does, or the password is wrong. */
export function byPassword(side: Side, { headers }: Request): { account: Recipient } | undefined {
  const [, encoded = ""] = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  const colon = credentials.indexOf(":");
  const account =
    colon < 0 ? undefined : signIn(side, credentials.slice(0, colon), credentials.slice(colon + 1));
  return account && { account };
}

/** @returns an application that may work as any user, or the refusal with Exchange's diagnostics */
function byToken(organization: Organization, side: Side, token: string): Caller | Answer {
  const audiences = side.name === "online" ? [] : onPremisesAudiences;
  const appId = readToken(organization, token, [...exchangeAudiences, ...audiences])?.appid;
  const application = organization.store.applications.find((each) => each.appId === appId);
  const refuse = (diagnostics: string): Answer => ({
    status: 401,
    headers: {
      "WWW-Authenticate": 'Bearer client_id="00000002-0000-0ff1-ce00-000000000000", error="invalid_token"',
      "x-ms-diagnostics": diagnostics,
    },
  });
  if (!application)
    return refuse(
      '2000003;reason="The token has invalid signature, or has expired.";error_category="invalid_token"',
    );
  return application.permissions.includes("full_access_as_app")
    ? { application }
    : refuse(
        '2000008;reason="The token contains no permissions, or permissions can not be understood.";error_category="invalid_grant"',
      );
}

function byNtlm(
  organization: Organization,
  side: Side,
  message: Buffer,
  scheme: string,
  connection: object | undefined,
): Caller | Answer {
  if (!connection) return challenge(organization);
  if (ntlmMessage(message) === 1) {
    const { domain } = organization.store;
    const fresh = newChallenge();
    connections.set(connection, { challenge: fresh });
    const second = challengeMessage(fresh, domain.split(".")[0]?.toUpperCase() ?? domain, `MAIL.${domain}`);
    return challenge(organization, `${scheme} ${second.toString("base64")}`);
  }
  const asked = connections.get(connection)?.challenge;
  connections.delete(connection);
  const proof = ntlmMessage(message) === 3 ? readProof(message) : undefined;
  if (!asked || !proof) return challenge(organization);
  const name = proof.user.includes("@") ? proof.user : `${proof.domain || "."}\\${proof.user}`;
  const account = accountNamed(side, name);
  if (account?.password === undefined || isBarred(account)) return challenge(organization);
  if (!provesPassword(proof, asked, account.password)) return challenge(organization);
  if (!isBound(organization.settings.extendedProtection, connection, proof.response))
    return challenge(organization);
  connections.set(connection, { account });
  return { account };
}
