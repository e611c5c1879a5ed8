import "reflect-metadata";
import { cryptoProvider, X509CertificateGenerator } from "@peculiar/x509";
import { createHash, createHmac, webcrypto } from "node:crypto";
import { expect, test } from "vitest";
import { md4 } from "../../ntlm/md4.ts";
import { authenticate, negotiate } from "../../ntlm/messages.ts";

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
const hmac = (key: Buffer, data: Buffer): Buffer => createHmac("md5", key).update(data).digest();

/** Target information: attributes and their end. */
function information(...pairs: [number, Buffer][]): Buffer {
  const parts = [...pairs, [0, Buffer.alloc(0)] as const].map(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value]);
  });
  return Buffer.concat(parts);
}

const time = Buffer.from("0090d336b734c301", "hex");
const target = information([2, utf16("CONTOSO")], [1, utf16("EX01")], [7, time]);
const nonce = Buffer.from("0123456789abcdef", "hex");

/** A server's challenge (MS-NLMP 2.2.1.2). */
function challenge(): string {
  const head = Buffer.alloc(56);
  head.write("NTLMSSP\0", "latin1");
  head.writeUInt32LE(2, 8);
  nonce.copy(head, 24);
  head.writeUInt16LE(target.length, 40);
  head.writeUInt16LE(target.length, 42);
  head.writeUInt32LE(head.length, 44);
  return Buffer.concat([head, target]).toString("base64");
}

function sections(message: string): Buffer[] {
  const bytes = Buffer.from(message, "base64");
  return [12, 20, 28, 36].map((at) => {
    const offset = bytes.readUInt32LE(at + 4);
    return bytes.subarray(offset, offset + bytes.readUInt16LE(at));
  });
}

cryptoProvider.set(webcrypto as typeof crypto);

/** A server's certificate, signed by a hash. */
async function certified(hash: string): Promise<{ host: string; certificate: Buffer }> {
  const signingAlgorithm = { name: "ECDSA", namedCurve: "P-384", hash };
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
  const name = "CN=mail.contoso.com";
  const { rawData } = await X509CertificateGenerator.createSelfSigned({ name, keys, signingAlgorithm });
  return { host: "mail.contoso.com", certificate: Buffer.from(rawData) };
}

const server = await certified("SHA-256");

test("the first message asks for Unicode, NTLM, extended security and target information", () => {
  const message = Buffer.from(negotiate(), "base64");
  expect(message.subarray(0, 12).toString("latin1")).toBe("NTLMSSP\0\u0001\0\0\0");
  expect(message.readUInt32LE(12) & 0x00880201).toBe(0x00880201);
});

test.each([
  ["siu@contoso.com", "siu@contoso.com", ""],
  [String.raw`CONTOSO\siu`, "siu", "CONTOSO"],
])(
  "the proof of %s is NTLMv2 of the challenge, under the name and domain that it tells",
  (username, user, domain) => {
    const password = "Pässword-1!";
    const [lm, response = Buffer.alloc(0), domainSent, userSent] = sections(
      authenticate(challenge(), { username, password }, server),
    );
    expect([domainSent?.toString("utf16le"), userSent?.toString("utf16le")]).toEqual([domain, user]);
    expect(lm).toEqual(Buffer.alloc(24));
    const key = hmac(md4(utf16(password)), utf16(user.toUpperCase() + domain));
    const covered = response.subarray(16);
    expect(response.subarray(0, 16)).toEqual(hmac(key, Buffer.concat([nonce, covered])));
    expect(covered.subarray(8, 16)).toEqual(time);
  },
);

test.each([
  ["SHA-1", "sha256"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
])(
  "the proof covers the server's name and certificate signed by %s, as Extended Protection demands",
  async (hash, by) => {
    const server = await certified(hash);
    const [, response = Buffer.alloc(0)] = sections(
      authenticate(challenge(), { username: "siu@contoso.com", password: "x" }, server),
    );
    const digest = createHash(by).update(server.certificate).digest();
    const data = Buffer.concat([Buffer.from("tls-server-end-point:"), digest]);
    const head = Buffer.alloc(20);
    head.writeUInt32LE(data.length, 16);
    const bindings = createHash("md5")
      .update(Buffer.concat([head, data]))
      .digest();
    const told = information(
      [2, utf16("CONTOSO")],
      [1, utf16("EX01")],
      [7, time],
      [9, utf16("HTTP/mail.contoso.com")],
      [10, bindings],
    );
    expect(response.subarray(16 + 28, -4)).toEqual(told);
  },
);

test("what is no challenge is refused", () => {
  expect(() => authenticate(negotiate(), { username: "a@b", password: "x" }, server)).toThrow(RangeError);
});
