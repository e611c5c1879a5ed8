import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { Agent } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createToken } from "../../../providers/exchange/token.ts";
import { clientCredentialsForm } from "../../../providers/exchange/client-credentials.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";

let organization: Embedded;
let dispatcher: Agent;
beforeAll(async () => {
  organization = await startEmbedded();
  dispatcher = new Agent({ connect: { ca: organization.environment["SIU_DEMO_CA"] ?? "" } });
});
afterAll(async () => {
  await dispatcher.close();
  await organization.close();
});

const application = () => organization.emulator.organization.store.applications[0];

interface Pair {
  key: string;
  certificate: string;
}

/** A certificate of its own key, as Entra takes it. */
async function rsa(): Promise<Pair> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    keys,
    name: "CN=provisioner",
    signingAlgorithm: algorithm,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: x509.PemConverter.encode(key, "PRIVATE KEY"), certificate: certificate.toString("pem") };
}

async function elliptic(): Promise<Pair> {
  const { key, cert } = await organization.emulator.organization.authority.issue(["provisioner"]);
  return { key, certificate: cert };
}

const sign = (certificate: Pair) =>
  createToken(
    {
      tokenUrl: organization.environment["SIU_DEMO_TOKEN"] ?? "",
      clientId: application()?.appId ?? "",
      certificate,
    },
    { dispatcher, now: Date.now },
  ).get();

describe("an assertion by a certificate", () => {
  test.each([
    ["an RSA key", rsa],
    ["an elliptic key", elliptic],
  ])("of %s stands for the application that has it", async (_kind, make) => {
    const certificate = await make();
    const known = application();
    if (known) known.certificates = [certificate.certificate];
    expect(await sign(certificate)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test("of a certificate that is not the application's is refused, with Entra's number and what to check", async () => {
    await expect(sign(await rsa())).rejects.toMatchObject({
      code: "WRONG_CREDENTIALS",
      message: expect.stringMatching(/certificate \(registered.*\(AADSTS700027\)/) as string,
    });
  });

  test("is another one each time, and short-lived", async () => {
    const certificate = await elliptic();
    const claims = (now: number): Record<string, unknown> => {
      const form = clientCredentialsForm(
        { tokenUrl: "https://login", clientId: "id", certificate },
        "all",
        now,
      );
      const [, part = ""] = (form.get("client_assertion") ?? "").split(".");
      return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;
    };
    const [first, second] = [claims(60_000), claims(60_000)];
    expect(first).toMatchObject({ aud: "https://login", iss: "id", sub: "id", nbf: 60, exp: 360 });
    expect(first["jti"]).not.toBe(second["jti"]);
  });

  test("is not made of what does not belong together, or is no PEM; nothing of it is shown", async () => {
    const [one, other] = [await rsa(), await rsa()];
    const broken = one.key.replace(/\n.{20}/, "\nsecret");
    for (const pair of [
      { key: one.key, certificate: other.certificate },
      { key: broken, certificate: one.certificate },
      { key: one.key, certificate: "nothing" },
    ]) {
      const failure = await sign(pair).catch((error: unknown) => error as Error);
      expect(failure).toMatchObject({ code: "WRONG_CREDENTIALS" });
      expect(`${(failure as Error).stack} ${String((failure as Error).cause)}`).not.toMatch(/secret|MII/);
    }
  });
});
