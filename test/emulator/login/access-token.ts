import { randomBytes } from "node:crypto";
import type { Organization } from "../organization.ts";
import { rows, type Application } from "../store.ts";
import type { ProvedClient } from "./client.ts";
import { writeJwt } from "./jwt.ts";
import { signingKey } from "./signing-key.ts";

/** Tokens of clients that understand to be asked again at any time live longer. */
const continuousLifetimeMs = 86_400_000;
const graph = "https://graph.microsoft.com";
/** Permissions of Exchange itself; all others are Graph's. */
const ofExchange = ["Exchange.ManageAsApp", "full_access_as_app"];

/** Issues a token for a resource. `continuous`: the client can be told to come again before it ends. Answers its life in seconds, too. */
export async function issue(
  organization: Organization,
  { application, proof }: ProvedClient,
  audience: string,
  continuous: boolean,
): Promise<{ token: string; seconds: number; at: number }> {
  const key = await signingKey(organization);
  const { tenantId } = organization.store;
  const at = Math.floor(organization.now() / 1000);
  const lasting = continuous && audience === graph;
  const lifetime = lasting ? continuousLifetimeMs : organization.settings.tokenLifetime;
  const seconds = Math.floor(lifetime / 1000);
  const issuer = `https://sts.windows.net/${tenantId}/`;
  const object = principalOf(organization, application);
  const claims = {
    aud: audience,
    iss: issuer,
    iat: at,
    nbf: at,
    exp: at + seconds,
    aio: randomBytes(24).toString("base64"),
    appid: application.appId,
    app_displayname: application.name,
    appidacr: proof,
    idp: issuer,
    idtyp: "app",
    oid: object,
    sub: object,
    tid: tenantId,
    roles: application.permissions.filter((each) => ofExchange.includes(each) === (audience !== graph)),
    // Makes each token another one.
    uti: randomBytes(16).toString("base64url"),
    ver: "1.0",
    ...(lasting ? { xms_cc: ["CP1"] } : {}),
  };
  return { token: writeJwt(claims, key.private, key.id), seconds, at };
}

/** The application's object in the directory, as its pointer in Exchange names it. */
function principalOf({ store }: Organization, { appId }: Application): string {
  const pointers = [...store.sides.values()].flatMap((side) => rows(side, "ServicePrincipal"));
  return String(pointers.find((row) => row["AppId"] === appId)?.["ObjectId"] ?? appId);
}
