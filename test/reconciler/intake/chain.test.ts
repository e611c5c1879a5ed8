import { X509Certificate } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { leadsToTrusted } from "../../../reconciler/intake/chain.ts";
import { type Issued, type Wanted, issue, onlyNamesOf } from "./issue.ts";

const serverAuth = "1.3.6.1.5.5.7.3.1";
const emailProtection = "1.3.6.1.5.5.7.3.4";
const name = "mail.protection.outlook.com";
const server = { usages: [serverAuth] };
const now = Date.now();
let root: Issued;
let between: Issued;

beforeAll(async () => {
  root = await issue("Root", undefined, { authority: 2 });
  between = await issue("Between", root, { authority: 0 });
});

const accepted = (chain: Issued[], at = now): boolean =>
  leadsToTrusted(
    chain.map(({ pem }) => new X509Certificate(pem)),
    [root.pem],
    at,
  );

test("a server's chain is accepted, with its root or without", async () => {
  const leaf = await issue(name, between, server);
  expect(accepted([leaf, between])).toBe(true);
  expect(accepted([leaf, between, root])).toBe(true);
  expect(accepted([await issue(name, root, server)])).toBe(true);
});

test("what leads elsewhere, or nowhere, is not", async () => {
  const stranger = await issue("Root", undefined, { authority: 2 });
  const leaf = await issue(name, stranger, server);
  expect(accepted([leaf, stranger])).toBe(false);
  expect(accepted([leaf, root])).toBe(false);
  expect(accepted([await issue(name, between, server)])).toBe(false);
  expect(accepted([])).toBe(false);
});

test("a certificate for another purpose, or out of date, is not", async () => {
  expect(accepted([await issue(name, root, { usages: [emailProtection] })])).toBe(false);
  expect(accepted([await issue(name, root, { ...server, until: -1 })])).toBe(false);
  expect(accepted([await issue(name, root, server)], now + 2 * 86_400_000)).toBe(false);
});

test.each<[string, Wanted]>([
  ["no authority", {}],
  ["an authority for mail only", { authority: 0, usages: [emailProtection] }],
  ["an authority that is out of date", { authority: 0, until: -1 }],
  ["an authority limited to some names", { authority: 0, extensions: [onlyNamesOf("evil.example")] }],
])("a chain through %s is not", async (_, wanted) => {
  const middle = await issue("Middle", root, wanted);
  expect(accepted([await issue(name, middle, server), middle])).toBe(false);
});

test("a chain through an authority that may not have one below it is not", async () => {
  const below = await issue("Below", between, { authority: 0 });
  expect(accepted([await issue(name, below, server), below, between])).toBe(false);
});
