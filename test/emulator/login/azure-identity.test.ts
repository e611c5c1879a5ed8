import "reflect-metadata";
import { generateKeyPairSync, randomUUID, sign, webcrypto } from "node:crypto";
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  type TokenCredential,
  type TokenCredentialOptions,
} from "@azure/identity";
import { cryptoProvider, PemConverter, X509CertificateGenerator } from "@peculiar/x509";
import { Agent, request } from "undici";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ewsAsApplication } from "../ews/as-application.ts";
import { readJwt } from "./jwt.ts";
import type { Application } from "../store.ts";
import { startWorld, type World } from "../world.ts";

const scope = "https://graph.microsoft.com/.default";
const uma = "uma.patel@contoso.com";
let world: World;
let app: Application;
let tenant: string;
let options: TokenCredentialOptions & { disableInstanceDiscovery?: boolean };
let now: number;

beforeEach(async () => {
  now = Date.now();
  world = await startWorld({ now: () => now, grant: true });
  const [first] = world.organization.store.applications;
  const { ca } = world.organization.authority;
  if (!first || world.online?.token === undefined) throw new Error("no application");
  app = first;
  tenant = world.organization.store.tenantId;
  options = {
    authorityHost: new URL(world.online.token).origin,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  };
});
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

/** What Graph tells about Uma to whoever has the token. */
async function whoIsUma(credential: TokenCredential): Promise<unknown> {
  const { token } = (await credential.getToken(scope)) ?? {};
  const dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
  const { body } = await request(`${world.online?.graph ?? ""}/v1.0/users/${uma}`, {
    dispatcher,
    headers: { Authorization: `Bearer ${token ?? ""}` },
  });
  const answer: unknown = await body.json();
  await dispatcher.close();
  return answer;
}
/** How the library tells that the client's proof was refused. */
const refusal = (errorNo: number) => ({ cause: { errorCode: "invalid_client", errorNo, status: 401 } });
const found = expect.objectContaining({ userPrincipalName: uma, displayName: "Uma Patel" });

describe("@azure/identity with a client secret", () => {
  test("gets a token, with which Graph answers", async () => {
    const credential = new ClientSecretCredential(tenant, app.appId, app.secret, options);
    expect(await whoIsUma(credential)).toEqual(found);
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    expect(readJwt(token)?.claims).toMatchObject({
      appid: app.appId,
      tid: tenant,
      aud: "https://graph.microsoft.com",
    });
    expect(Math.abs(expiresOnTimestamp - now - 3_600_000)).toBeLessThan(60_000);
  });

  test("signs in under each name of the tenant", async () => {
    for (const name of ["contoso.com", "contoso.onmicrosoft.com"]) {
      const credential = new ClientSecretCredential(name, app.appId, app.secret, options);
      expect(readJwt((await credential.getToken(scope)).token)?.claims["tid"]).toBe(tenant);
    }
  });

  test("keeps a token while it is good, has one for each scope, and asks anew before it expires", async () => {
    const credential = new ClientSecretCredential(tenant, app.appId, app.secret, options);
    const first = await credential.getToken(scope);
    // One that was issued later would say so.
    now += 5000;
    expect((await credential.getToken(scope)).token).toBe(first.token);
    const other = await credential.getToken("https://outlook.office365.com/.default");
    expect(readJwt(other.token)?.claims["aud"]).toBe("https://outlook.office365.com");
    expect((await credential.getToken(scope)).token).toBe(first.token);
    now += 3_590_000;
    vi.useFakeTimers({ toFake: ["Date"], now });
    const later = await credential.getToken(scope);
    expect(later.token).not.toBe(first.token);
    expect(later.expiresOnTimestamp).toBeGreaterThan(first.expiresOnTimestamp);
    expect(await whoIsUma(credential)).toEqual(found);
  });

  test("reads why it is refused", async () => {
    const refused = (secret: string, id = app.appId, name = tenant) =>
      new ClientSecretCredential(name, id, secret, options).getToken(scope).catch((error: unknown) => error);
    const wrong = await refused("wrong");
    expect(wrong).toMatchObject(refusal(7000215));
    expect(String(wrong)).toMatch(/Correlation ID: [0-9a-f-]{36} - Trace ID: [0-9a-f-]{36}/);
    expect(await refused(app.secret, randomUUID())).toMatchObject({
      cause: { errorCode: "unauthorized_client", errorNo: 700016, status: 400 },
    });
    expect(String(await refused(app.secret, app.appId, randomUUID()))).toMatch(
      /AADSTS90002|endpoints_resolution_error/,
    );
  });

  test("asks again when the login is busy", async () => {
    world.organization.faults.add({ protocol: "token", failure: "throttle", retryAfter: 0 });
    const credential = new ClientSecretCredential(tenant, app.appId, app.secret, options);
    expect(await whoIsUma(credential)).toEqual(found);
    expect(world.organization.faults.list()).toEqual([]);
  });

  test("gets a token for EWS, which impersonates", async () => {
    const credential = new ClientSecretCredential(tenant, app.appId, app.secret, options);
    const { token } = await credential.getToken("https://outlook.office365.com/.default");
    expect(await ewsAsApplication(world, token, uma)).toContain("<t:DisplayName>Sent Items</t:DisplayName>");
  });
});

describe("@azure/identity with a certificate", () => {
  test("signs in once the application has it", async () => {
    const { pem, certificate } = await selfSigned();
    const credential = () =>
      new ClientCertificateCredential(tenant, app.appId, { certificate: pem }, options);
    await expect(credential().getToken(scope)).rejects.toMatchObject(refusal(700027));
    app.certificates = [certificate];
    expect(await whoIsUma(credential())).toEqual(found);
  });
});

describe("@azure/identity with a federated assertion", () => {
  test("signs in as the workload that the application trusts", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const audience = "api://AzureADTokenExchange";
    const issuer = "https://issuer.example";
    app.federated = [
      { issuer, subject: "repo:contoso/mail", audience, keys: [{ ...publicKey.export({ format: "jwk" }) }] },
    ];
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const credential = (sub: string) =>
      new ClientAssertionCredential(
        tenant,
        app.appId,
        async () => {
          const exp = Math.floor(now / 1000) + 600;
          const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: issuer, sub, aud: audience, exp })}`;
          return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`;
        },
        options,
      );
    expect(await whoIsUma(credential("repo:contoso/mail"))).toEqual(found);
    await expect(credential("repo:else").getToken(scope)).rejects.toMatchObject(refusal(70021));
  });
});

/** An RSA key and its own certificate: all together as the library reads it, and the certificate alone. */
async function selfSigned(): Promise<{ pem: string; certificate: string }> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };
  cryptoProvider.set(webcrypto as typeof globalThis.crypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const issued = await X509CertificateGenerator.createSelfSigned({
    name: "CN=siu",
    keys,
    signingAlgorithm: algorithm,
  });
  const certificate = issued.toString("pem");
  const key = PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY");
  return { pem: `${key}\n${certificate}\n`, certificate };
}
