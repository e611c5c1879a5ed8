import { TestClock } from "pg-boss";
import { describe, expect, test } from "vitest";
import { intakeKey, openIntake, originOf, type Surroundings } from "../../../reconciler/intake/open.ts";
import { settings, stamped } from "../message.ts";
import type { Settings } from "../../../stacks/config/types.ts";

const sink = { accept: async () => undefined, refuse: async () => undefined, stumble: async () => 1 };
const surroundings: Surroundings = {
  inbox: () => Promise.reject(new Error("not asked for")),
  clock: new TestClock(0),
  onError: () => undefined,
};
const listen = { host: "127.0.0.1", port: 0, key: "key", certificate: "certificate" };
const connector = {
  via: "connector",
  name: "Intake",
  address: "stamped@siu.contoso.com",
  smartHost: "siu.contoso.com",
  clientCertificateName: "mail.protection.outlook.com",
  adopt: false,
  listen,
} as const;
const journal = { ...connector, via: "journal" } as const;
const relay = { via: "relay" as const, listen, allow: ["127.0.0.1"] };
const tenant = "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10";
const online = {
  online: {
    tenantId: tenant,
    application: { clientId: tenant },
    graphUrl: "https://g",
    loginUrl: "https://l",
  },
};

/** What becomes of a stamped message of a tenant. */
async function verdict(change: Partial<Settings>, id: string): Promise<object> {
  const wanted = settings(change);
  const [way] = [wanted.intake ?? []].flat();
  if (way === undefined || way.via === "mailbox") throw new Error("nothing listens");
  const raw = stamped({ headers: [`X-MS-Exchange-CrossTenant-Id: ${id}`] });
  return originOf(way, wanted).message({ raw, envelopeSender: "" });
}

describe("a connector's mail", () => {
  test("comes from the intake's own tenant, and else from the organization's", async () => {
    expect(await verdict({ intake: connector }, tenant)).toHaveProperty("take");
    expect(await verdict({ intake: connector }, "other")).toHaveProperty("refuse");
    expect(await verdict({ intake: { ...connector, tenantId: "other" } }, "other")).toHaveProperty("take");
  });
});

test("a connector's word about the audience counts only where our rules say it", async () => {
  const raw = stamped({ headers: [`X-MS-Exchange-CrossTenant-Id: ${tenant}`, "X-SIU-Audience: internal"] });
  const told = async (splitMessages: Settings["splitMessages"]) =>
    originOf(connector, settings({ splitMessages })).message({ raw, envelopeSender: "" });
  const keep = "external";
  expect(await told({ enabled: true, saveAll: false, keep })).toMatchObject({
    take: { audience: "internal" },
  });
  for (const silent of [
    { enabled: true, saveAll: true, keep },
    { enabled: false, saveAll: false, keep },
    { enabled: true, saveAll: false, keep: "last" },
  ] as const)
    expect(await told(silent)).not.toHaveProperty("take.audience");
});

describe("a journal", () => {
  const refusedFor = async (change: Partial<Settings>) => JSON.stringify(await verdict(change, "other"));

  test("of Exchange Online has to be the tenant's, in a hybrid organization too", async () => {
    expect(await refusedFor({ intake: journal, mailboxes: online })).toMatch(/tenant/);
    expect(await refusedFor({ intake: journal })).toMatch(/tenant/);
  });

  test("of servers of one's own names none", async () => {
    const intake = { ...journal, clientCertificateName: "mail01.contoso.com" };
    expect(await refusedFor({ intake })).toMatch(/not a journal report/);
  });
});

test("a relay's mail is believed for where it comes from", async () => {
  expect(await verdict({ intake: relay }, "other")).toHaveProperty("take");
});

test("a port that a reference stands for must be one", async () => {
  const intake = { ...connector, listen: { ...listen, port: "many" } };
  await expect(openIntake(intake, settings(), sink, surroundings)).rejects.toThrow(/intake\.listen\.port/);
});

test("the key changes with what the way in depends on, and with nothing else", () => {
  const key = intakeKey(connector, settings());
  expect(intakeKey(connector, settings({ intake: relay, keepOriginal: true, status: "off" }))).toBe(key);
  for (const way of [relay, journal]) expect(intakeKey(way, settings())).not.toBe(key);
  for (const change of [{ processedHeader: "X-Other" }, { deadlineSeconds: 5 }])
    expect(intakeKey(connector, settings(change))).not.toBe(key);
});
