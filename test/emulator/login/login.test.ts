import {
  createHash,
  generateKeyPairSync,
  randomUUID,
  sign,
  verify,
  createPublicKey,
  X509Certificate,
} from "node:crypto";
import { Agent, request } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchToken } from "../admin/session.ts";
import { recipientByAddress, sideOf, type Application } from "../store.ts";
import { startWorld, type World } from "../world.ts";
import { assertionType } from "./assertion.ts";
import { readJwt } from "./jwt.ts";

let world: World;
let dispatcher: Agent;
let app: Application;
let token: string;
beforeEach(async () => {
  world = await startWorld();
  dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
  const [first] = world.organization.store.applications;
  if (!first || world.online?.token === undefined) throw new Error("no application");
  app = first;
  token = world.online.token;
});
afterEach(async () => {
  await dispatcher.close();
  await world.close();
});

const scope = "https://outlook.office365.com/.default";

function ask(form: Record<string, string>, url = token) {
  return fetchToken(url, world.organization.authority.ca, {
    grant_type: "client_credentials",
    scope,
    ...form,
  });
}

async function get(url: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await request(url, { dispatcher });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

describe("discovery", () => {
  test.each(["contoso.com", "contoso.onmicrosoft.com", "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10"])(
    "of the tenant %s leads to the token endpoint and the keys that sign",
    async (tenant) => {
      const origin = new URL(token).origin.replace("127.0.0.1", "localhost");
      const { body } = await get(`${origin}/${tenant}/v2.0/.well-known/openid-configuration`);
      expect(body["issuer"]).toBe(`${origin}/${world.organization.store.tenantId}/v2.0`);
      const endpoint = String(body["token_endpoint"]);
      expect(endpoint).toBe(`${origin}/${tenant}/oauth2/v2.0/token`);
      const issued = await ask({ client_id: app.appId, client_secret: app.secret }, endpoint);
      const jwt = readJwt(String(issued.body["access_token"]));
      const { keys } = (await get(String(body["jwks_uri"]))).body as { keys: Record<string, unknown>[] };
      const key = keys.find(({ kid }) => kid === jwt?.header["kid"]);
      if (!jwt || !key) throw new Error("no key");
      const publicKey = createPublicKey({ key, format: "jwk" });
      expect([jwt.header["alg"], key["kty"]]).toEqual(["RS256", "RSA"]);
      expect(verify("sha256", jwt.signed, publicKey, jwt.signature)).toBe(true);
    },
  );

  test("knows the host by its own name, and no other tenant", async () => {
    const { origin, host } = new URL(token);
    const { body } = await get(
      `${origin}/common/discovery/instance?api-version=1.1&authorization_endpoint=x`,
    );
    expect(body["metadata"]).toEqual([{ preferred_network: host, preferred_cache: host, aliases: [host] }]);
    const stranger = await get(`${origin}/fabrikam.com/v2.0/.well-known/openid-configuration`);
    expect(stranger).toMatchObject({ status: 400, body: { error: "invalid_tenant", error_codes: [90002] } });
  });
});

describe("a secret", () => {
  test.each([scope, "https://graph.microsoft.com/.default", `openid ${scope} offline_access`])(
    "gets a token for %s",
    async (wanted) => {
      const { status, body } = await ask({ client_id: app.appId, client_secret: app.secret, scope: wanted });
      expect(status).toBe(200);
      const { aud } = readJwt(String(body["access_token"]))?.claims ?? {};
      expect(wanted).toContain(String(aud));
    },
  );

  test("gets a token from the older endpoint by naming a resource", async () => {
    const older = token.replace("/v2.0/token", "/token");
    const { status, body } = await ask(
      {
        client_id: app.appId,
        client_secret: app.secret,
        scope: "",
        resource: "https://outlook.office365.com/",
      },
      older,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: "3600", resource: "https://outlook.office365.com/" });
    expect(Number(body["expires_on"]) - Number(body["not_before"])).toBe(3600);
    expect(await ask({ client_id: app.appId, client_secret: app.secret }, older)).toMatchObject({
      status: 400,
      body: { error_codes: [900144] },
    });
  });

  test.each([
    [{ client_secret: "wrong" }, 401, 7000215],
    [{ client_secret: "" }, 401, 7000218],
    [{ client_id: "nobody" }, 400, 700016],
    [{ scope: "https://else.example/.default" }, 400, 500011],
    [{ scope: "https://graph.microsoft.com/Mail.Read" }, 400, 1002012],
    [{ scope: `${scope} https://graph.microsoft.com/.default` }, 400, 70011],
    [{ scope: "openid" }, 400, 1002012],
    [{ scope: "" }, 400, 900144],
    [{ client_id: "" }, 400, 900144],
    [{ grant_type: "" }, 400, 900144],
    [{ grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer" }, 400, 70003],
    [{ claims: "{" }, 400, 90015],
    [{ grant_type: "password" }, 400, 900144],
    [{ grant_type: "password", username: "nobody@contoso.com", password: "x" }, 400, 50034],
    [{ grant_type: "password", username: "anna.weber@contoso.com", password: "x" }, 400, 50126],
  ])("with %j is refused in Entra's words", async (form, status, code) => {
    const refused = await ask({ client_id: app.appId, client_secret: app.secret, ...form });
    expect(refused).toMatchObject({ status, body: { error_codes: [code] } });
    const { trace_id, correlation_id, error_description, error_uri } = refused.body;
    expect(error_description).toContain(
      `Trace ID: ${String(trace_id)} Correlation ID: ${String(correlation_id)}`,
    );
    expect(error_uri).toContain(String(code));
  });

  test("and the right password do not make a token for a person: nobody consented", async () => {
    const anna = recipientByAddress(sideOf(world.organization, "onPremises"), "anna.weber@contoso.com");
    const form = { username: "anna.weber@contoso.com", password: anna?.password ?? "" };
    const refused = await ask({ client_id: app.appId, grant_type: "password", ...form });
    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_grant", error_codes: [65001] } });
  });

  test("is no use without a tenant", async () => {
    const refused = await ask(
      { client_id: app.appId, client_secret: app.secret },
      token.replace(world.organization.store.tenantId, "common"),
    );
    expect(refused).toMatchObject({ status: 400, body: { error_codes: [50059] } });
  });
});

describe("a token", () => {
  const get = async (form: object = {}) => {
    const { body } = await ask({
      client_id: app.appId,
      client_secret: app.secret,
      scope: "https://graph.microsoft.com/.default",
      ...form,
    });
    return { body, claims: readJwt(String(body["access_token"]))?.claims };
  };

  test("names the application, how it proved itself, and the roles of its audience only", async () => {
    app.permissions = ["Exchange.ManageAsApp", "Mail.Read"];
    const { claims, body } = await get();
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, ext_expires_in: 3600 });
    const { tenantId } = world.organization.store;
    expect(claims).toMatchObject({
      appid: app.appId,
      appidacr: "1",
      idtyp: "app",
      tid: tenantId,
      roles: ["Mail.Read"],
    });
    expect((await get({ scope })).claims).toMatchObject({ roles: ["Exchange.ManageAsApp"] });
    expect((await get()).claims?.["uti"]).not.toBe(claims?.["uti"]);
  });

  test("lives as long as the setting says, and a day when the client can be challenged", async () => {
    world.organization.settings.tokenLifetime = 60_000;
    expect((await get()).body).toMatchObject({ expires_in: 60 });
    const continuous = await get({ claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}' });
    expect(continuous.body).toMatchObject({ expires_in: 86_400 });
    expect(continuous.claims).toMatchObject({ xms_cc: ["CP1"] });
  });
});

/** An assertion signed with a key that OpenSSL knows. */
function assertion(
  claims: Record<string, unknown>,
  key: Parameters<typeof sign>[2],
  header: Record<string, unknown>,
): string {
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

describe("a certificate", () => {
  test("of the application stands for it, by its thumbprint; another one, another audience or an old one does not", async () => {
    const { key, cert } = await world.organization.authority.issue(["app.contoso.com"]);
    const thumbprint = createHash("sha256").update(new X509Certificate(cert).raw).digest("base64url");
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      aud: token,
      iss: app.appId,
      sub: app.appId,
      jti: randomUUID(),
      nbf: now,
      exp: now + 600,
    };
    const header = { alg: "ES256", typ: "JWT", "x5t#S256": thumbprint };
    const post = (changed: object = {}, named = header) =>
      ask({
        client_id: app.appId,
        client_assertion_type: assertionType,
        client_assertion: assertion({ ...claims, ...changed }, { key, dsaEncoding: "ieee-p1363" }, named),
      });
    expect(await post()).toMatchObject({
      status: 401,
      body: { error: "invalid_client", error_codes: [700027] },
    });
    app.certificates = [cert];
    expect((await post()).status).toBe(200);
    expect(await post({ exp: now - 1 })).toMatchObject({ body: { error_codes: [700024] } });
    expect(await post({ aud: "https://else.example/x/token" })).toMatchObject({
      body: { error_codes: [700023] },
    });
    expect(await post({}, { ...header, alg: "none" })).toMatchObject({ body: { error_codes: [700027] } });
  });
});

describe("a federated assertion", () => {
  test.each(["RS256", "PS256"])(
    "of the named subject, signed with %s, stands for the application",
    async (alg) => {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const credential = {
        issuer: "https://issuer.example",
        subject: "repo:contoso/mail",
        audience: "api://AzureADTokenExchange",
        keys: [{ ...publicKey.export({ format: "jwk" }) }],
      };
      app.federated = [credential];
      const claims = (sub: string) => ({
        iss: credential.issuer,
        sub,
        aud: credential.audience,
        exp: Math.floor(Date.now() / 1000) + 600,
      });
      const pss = { key: privateKey, padding: 6, saltLength: 32 };
      const post = (sub: string) =>
        ask({
          client_id: app.appId,
          client_assertion_type: assertionType,
          client_assertion: assertion(claims(sub), alg === "PS256" ? pss : privateKey, { alg }),
        });
      expect((await post(credential.subject)).status).toBe(200);
      expect(await post("repo:else")).toMatchObject({ status: 401, body: { error_codes: [70021] } });
    },
  );
});
