import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsCheck } from "../../reconciler/settings.ts";
import { settings } from "./message.ts";
import type { Intake } from "../../stacks/config/types.ts";

const check = settingsCheck(JSON.parse(readFileSync("stacks/config/schema.json", "utf8")) as object);

const intake: Intake = {
  via: "connector",
  name: "Intake",
  address: "stamped@siu.contoso.com",
  smartHost: "siu.contoso.com",
  clientCertificateName: "mail.protection.outlook.com",
  adopt: false,
  listen: { host: "127.0.0.1", port: 25, key: "${env:KEY}", certificate: "${env:CERTIFICATE}" },
};

test("good settings have no problems", () => {
  expect(check(settings())).toEqual([]);
  expect(check(settings({ intake }))).toEqual([]);
  expect(check(settings({ intake: [intake, { ...intake, via: "journal" }] }))).toEqual([]);
});

test("every problem is told with its path", () => {
  const problems = check({
    ...settings(),
    status: "maybe",
    keepOriginal: "yes",
    colour: 1,
    deadlineSeconds: -1,
  });
  for (const part of [/^status: must be one of on, off/, /^keepOriginal: /, /colour/, /^deadlineSeconds: /])
    expect(problems).toContainEqual(expect.stringMatching(part));
});

test("a secret in the place of a reference is refused without being repeated", () => {
  const bad = settings();
  if (bad.mailboxes.onPremises) bad.mailboxes.onPremises.account.password = "hunter2";
  const problems = check(bad).join("\n");
  expect(problems).toMatch(/mailboxes\.onPremises\.account\.password: must be a reference/);
  expect(problems).not.toContain("hunter2");
});

test("what this version cannot serve is refused, not ignored", () => {
  const mailbox = {
    via: "mailbox",
    name: "Intake",
    address: "stamped@contoso.com",
    read: "graph",
    retentionDays: 3,
    adopt: false,
  } as const;
  expect(check(settings({ intake: mailbox }))).toEqual([expect.stringContaining("needs mailboxes.online")]);
  expect(check(settings({ intake: { ...mailbox, read: "ews" } }))).toEqual([]);
  const webhook = { publicUrl: "https://siu.contoso.com/n", listen: { host: "127.0.0.1", port: 8421 } };
  expect(check(settings({ intake: { ...mailbox, read: "ews", webhook } }))).toEqual([
    expect.stringContaining("intake.webhook: needs read: graph"),
  ]);
  expect(check(settings({ intake: [intake, mailbox] }))).toEqual([
    "intake.1.read: graph needs mailboxes.online, which is missing",
  ]);
  expect(check({ ...settings(), intake: [intake, { ...mailbox, read: "pop3" }] })).toEqual([
    "intake.1.read: must be one of graph, ews",
  ]);
  expect(check(settings({ mailboxes: {} }))).toEqual([
    expect.stringContaining("neither onPremises nor online"),
  ]);
  const organization = { domain: "contoso.com", acceptedDomains: [] };
  expect(check(settings({ intake, organization }))).toEqual([expect.stringContaining("intake.tenantId")]);
});
