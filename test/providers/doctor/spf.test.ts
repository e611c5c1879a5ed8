import { afterAll, beforeAll, expect, test } from "vitest";
import { openDns } from "../../../providers/doctor/dns.ts";
import { spfOf } from "../../../providers/doctor/spf.ts";
import { startDns, type DnsServer } from "./dns-server.ts";

let server: DnsServer;
beforeAll(async () => {
  server = await startDns({
    "none.example": { TXT: ["something else"], A: ["192.0.2.1"] },
    "two.example": { TXT: ["v=spf1 -all", "v=spf1 +all"] },
    "plain.example": { TXT: ["v=spf1 ip4:192.0.2.0/28 -all"] },
    "host.example": { TXT: ["v=spf1 a mx:mail.example a:relay.example/24 -all"], A: ["192.0.2.77"] },
    "mail.example": { MX: ["mx.mail.example"] },
    "mx.mail.example": { A: ["198.51.100.1"] },
    "relay.example": { A: ["203.0.113.9"] },
    "outer.example": { TXT: ["v=spf1 include:plain.example ?all"] },
    "sent.example": { TXT: ["v=spf1 redirect=plain.example"] },
    "soft.example": { TXT: ["v=spf1 ~ip4:192.0.2.5 +all"] },
    "lost.example": { TXT: ["v=spf1 include:nowhere.example -all"] },
    "odd.example": { TXT: ["v=spf1 ipv4:192.0.2.1 -all"] },
    "bad.example": { TXT: ["v=spf1 ip4:relay -all"] },
    "round.example": { TXT: ["v=spf1 include:round.example -all"] },
    "long.example": { TXT: [`v=spf1 ${"ip4:10.0.0.1 ".repeat(30)}ip4:192.0.2.5 -all`] },
  });
});
afterAll(() => server.close());

const passes = async (domain: string, ...addresses: string[]) =>
  spfOf(domain, addresses, openDns([server.address]));

test("a domain without a record is told from one whose record is not valid", async () => {
  expect(await passes("none.example")).toEqual({ state: "none" });
  expect(await passes("missing.example")).toEqual({ state: "none" });
  expect(await passes("two.example")).toMatchObject({
    state: "invalid",
    why: "two.example has two SPF records",
  });
});

test.each([
  ["plain.example", "192.0.2.5", true],
  ["plain.example", "192.0.2.16", false],
  ["plain.example", "2001:db8::1", false],
  ["host.example", "192.0.2.77", true],
  ["host.example", "198.51.100.1", true],
  ["host.example", "203.0.113.200", true],
  ["host.example", "198.51.100.2", false],
  ["outer.example", "192.0.2.5", true],
  ["outer.example", "192.0.2.99", false],
  ["sent.example", "192.0.2.5", true],
  ["soft.example", "192.0.2.5", false],
  ["soft.example", "192.0.2.6", true],
  ["long.example", "192.0.2.5", true],
])("%s lets %s send: %s", async (domain, address, may) => {
  expect(await passes(domain, address)).toEqual({
    state: "valid",
    asked: [address],
    passes: may ? [address] : [],
  });
});

test.each([
  ["lost.example", /nowhere\.example, which has no SPF record/],
  ["odd.example", /mechanism that is none: ipv4/],
  ["bad.example", /'relay' is no network/],
  ["round.example", /more than 10 lookups/],
])("%s is not valid", async (domain, why) => {
  expect(await passes(domain, "192.0.2.5")).toMatchObject({
    state: "invalid",
    why: expect.stringMatching(why) as string,
  });
});

test("a server that fails is no domain without a record", async () => {
  const broken = await startDns({ "plain.example": { TXT: ["v=spf1 -all"] } });
  broken.fail();
  await expect(spfOf("plain.example", [], openDns([broken.address]))).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("plain.example (ESERVFAIL)") as string,
  });
  await broken.close();
});
