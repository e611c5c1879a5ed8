import "reflect-metadata";
import { cryptoProvider, PemConverter, X509CertificateGenerator } from "@peculiar/x509";
import { generateKeyPairSync, sign, webcrypto } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createGraphMailboxes } from "../../../reconciler/mailbox/graph/adapter.ts";
import { credentialOf, tokens, type SignIn } from "../../../reconciler/mailbox/application.ts";
import { createOrganization } from "../../emulator/organization.ts";
import { startEmbeddedGraph, type EmbeddedGraph } from "../../contract/embedded-graph.ts";
import type { AccessToken, GetTokenOptions } from "@azure/identity";

const graph = "https://graph.microsoft.com/.default";
const mailbox = "uma.patel@contoso.com";
let embedded: EmbeddedGraph;
beforeAll(async () => {
  embedded = await startEmbeddedGraph("Alias -like '*'");
});
afterAll(() => embedded.close());

/** Opens a mailbox with another way of signing in. */
async function check(change: Partial<SignIn>): Promise<void> {
  const { options } = embedded;
  const connection = createGraphMailboxes({ ...options, signIn: { ...options.signIn, ...change } });
  try {
    await connection.check(mailbox);
  } finally {
    await connection.close();
  }
}

describe("an application", () => {
  test("signs in with its secret", async () => {
    await check({});
  });

  test("signs in with a certificate", async () => {
    cryptoProvider.set(webcrypto as typeof crypto);
    const signing = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]) };
    const keys = await webcrypto.subtle.generateKey({ ...signing, modulusLength: 2048 }, true, [
      "sign",
      "verify",
    ]);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: "CN=siu",
      keys,
      signingAlgorithm: signing,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
    });
    const key = PemConverter.encode(
      await webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
      "PRIVATE KEY",
    );
    const proof = { key, certificate: certificate.toString("pem") };
    await expect(check({ proof })).rejects.toMatchObject({
      code: "WRONG_CREDENTIALS",
      message: expect.stringContaining("upload it in Entra"),
    });
    const [application] = embedded.organization.store.applications;
    if (application) application.certificates = [proof.certificate];
    await check({ proof });
  });

  test("signs in as a workload that it trusts, by a token that is read anew each time", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const folder = await mkdtemp(path.join(os.tmpdir(), "workload-"));
    const federatedTokenFile = path.join(folder, "token");
    const proof = { federatedTokenFile };
    try {
      await expect(check({ proof })).rejects.toMatchObject({ code: "UNAVAILABLE" });
      const claims = { iss: "https://issuer.example", sub: "siu", aud: "api://AzureADTokenExchange" };
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
      const content = `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...claims, exp: Date.now() / 1000 + 600 })}`;
      const signature = sign("sha256", Buffer.from(content), privateKey).toString("base64url");
      await writeFile(federatedTokenFile, `${content}.${signature}`);
      await expect(check({ proof })).rejects.toMatchObject({
        code: "WRONG_CREDENTIALS",
        message: expect.stringContaining("federated credential"),
      });
      const [application] = embedded.organization.store.applications;
      const keys = [{ ...publicKey.export({ format: "jwk" }) }];
      if (application)
        application.federated = [{ issuer: claims.iss, subject: claims.sub, audience: claims.aud, keys }];
      await check({ proof });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("signs in as the machine of Azure that it runs on, or as one of several identities of it", async () => {
    const { signIn } = embedded.options;
    const { token, expiresOnTimestamp } = (await credentialOf(signIn).getToken(graph)) as AccessToken;
    const asked: { query: URLSearchParams; header: unknown }[] = [];
    const service = createServer(({ url, headers }, answer) => {
      asked.push({
        query: new URL(url ?? "", "http://localhost").searchParams,
        header: headers["x-identity-header"],
      });
      answer.setHeader("content-type", "application/json");
      answer.end(
        JSON.stringify({
          access_token: token,
          expires_on: Math.floor(expiresOnTimestamp / 1000),
          resource: graph,
          token_type: "Bearer",
        }),
      );
    });
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const { port } = service.address() as AddressInfo;
    vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${port}/token`);
    vi.stubEnv("IDENTITY_HEADER", "proof");
    try {
      await check({ proof: { managedIdentity: "systemAssigned" } });
      await check({ proof: { managedIdentity: "userAssigned" } });
    } finally {
      vi.unstubAllEnvs();
      service.closeAllConnections();
      await new Promise((resolve) => service.close(resolve));
    }
    expect(asked).toEqual([
      { query: expect.any(URLSearchParams), header: "proof" },
      { query: expect.any(URLSearchParams), header: "proof" },
    ]);
    expect(asked.map(({ query }) => [query.get("resource"), query.get("client_id")])).toEqual([
      ["https://graph.microsoft.com", null],
      ["https://graph.microsoft.com", signIn.clientId],
    ]);
  });

  test.for([
    ["secret", { proof: { clientSecret: "n0t-the-secret" } }, "secret's value"],
    ["id", { clientId: "11111111-2222-3333-4444-555555555555" }, "no application with this client id"],
  ] as const)("with a wrong %s is told so, and the secret is not shown", async ([, wrong, text]) => {
    const refusal = await check(wrong).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "WRONG_CREDENTIALS", message: expect.stringContaining(text) });
    expect(String(refusal)).not.toContain("n0t-the-secret");
  });

  test.for([{ authority: "https://127.0.0.1:1" }, { tenantId: "11111111-2222-3333-4444-555555555555" }])(
    "whose login does not answer for the tenant is not taken for one that was refused: %o",
    async (wrong) => {
      await expect(check(wrong)).rejects.toMatchObject({
        code: "UNAVAILABLE",
        message: expect.stringContaining("organization.tenantId"),
      });
    },
  );

  test("gets another token when Exchange revokes the one it has", async () => {
    const connection = createGraphMailboxes(embedded.options);
    await connection.check(mailbox);
    embedded.organization.faults.add({ protocol: "graph", failure: "expired" });
    await connection.check(mailbox);
    expect(embedded.organization.faults.list()).toEqual([]);
    embedded.organization.faults.add({ protocol: "graph", failure: "expired", times: 2 });
    await expect(connection.check(mailbox)).rejects.toMatchObject({ code: "WRONG_CREDENTIALS" });
    await connection.close();
  });

  test("whose sessions are revoked gets a token that fulfils the challenge, not the one that the library remembers", async () => {
    let ahead = 0;
    const now = () => Date.now() + ahead;
    const organization = await createOrganization({ now });
    const own = await startEmbeddedGraph("Alias -like '*'", organization);
    const connection = createGraphMailboxes(own.options);
    try {
      await connection.check(mailbox);
      const [application] = organization.store.applications;
      if (application) application.revokedBefore = Math.floor(now() / 1000) + 5;
      await expect(connection.check(mailbox)).rejects.toMatchObject({ code: "WRONG_CREDENTIALS" });
      ahead = 10_000;
      await connection.check(mailbox);
    } finally {
      await connection.close();
      await own.close();
    }
  });
});

describe("a token", () => {
  let asked: number;
  let time: number;
  const given = (rest: Partial<AccessToken> = {}) => {
    asked = 0;
    time = 0;
    const getToken = async (): Promise<AccessToken> => ({
      token: String(++asked),
      expiresOnTimestamp: time + 3_600_000,
      ...rest,
    });
    return tokens(
      () => ({ getToken }),
      "scope",
      () => time,
    );
  };

  test("is asked for once by all who need it at the same time", async () => {
    const token = given();
    expect(await Promise.all([token(), token(), token()])).toEqual(["1", "1", "1"]);
  });

  test("is kept until some minutes before its end, or as long as the login says", async () => {
    const token = given();
    await token();
    time = 3_299_999;
    expect(await token()).toBe("1");
    time = 3_300_000;
    expect(await token()).toBe("2");
    const early = given({ refreshAfterTimestamp: 1000 });
    await early();
    time = 1000;
    expect(await early()).toBe("2");
  });

  test("is wanted with what a server demands of it, of a credential that remembers; without a word, of one that does not", async () => {
    const asked: [credential: number, claims: string | undefined][] = [];
    let opened = 0;
    const open = () => {
      const credential = ++opened;
      const getToken = async (_: unknown, options?: GetTokenOptions) => {
        asked.push([credential, options?.claims]);
        return { token: String(asked.length), expiresOnTimestamp: 3_600_000 };
      };
      return { getToken };
    };
    const token = tokens(open, "scope", () => 0);
    await token({ token: await token(), claims: "{}" });
    await token({ token: await token() });
    expect(asked).toEqual([
      [1, undefined],
      [1, "{}"],
      [2, undefined],
    ]);
  });

  test("that was refused is changed once, however many it was refused to", async () => {
    const token = given();
    const refused = { token: await token() };
    expect(await Promise.all([token(refused), token(refused)])).toEqual(["2", "2"]);
    expect(await token(refused)).toBe("2");
  });
});
