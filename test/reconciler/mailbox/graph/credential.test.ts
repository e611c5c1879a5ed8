import "reflect-metadata";
import { cryptoProvider, PemConverter, X509CertificateGenerator } from "@peculiar/x509";
import { webcrypto } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGraphMailboxes } from "../../../../reconciler/mailbox/graph/adapter.ts";
import { tokens, type SignIn } from "../../../../reconciler/mailbox/graph/credential.ts";
import { startEmbeddedGraph, type EmbeddedGraph } from "../../../contract/embedded-graph.ts";
import type { AccessToken } from "@azure/identity";

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
    return tokens({ getToken }, "scope", () => time);
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

  test("that was refused is changed once, however many it was refused to", async () => {
    const token = given();
    const refused = await token();
    expect(await Promise.all([token(refused), token(refused)])).toEqual(["2", "2"]);
    expect(await token(refused)).toBe("2");
  });
});
