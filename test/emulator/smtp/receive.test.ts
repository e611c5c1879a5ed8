import { afterEach, beforeEach, expect, test } from "vitest";
import { sideOf } from "../store.ts";
import { anna, outsider, plain, provision, startMailWorld, uma, type MailWorld } from "./mail-world.ts";

let world: MailWorld;
beforeEach(async () => (world = await startMailWorld()));
afterEach(() => world.close());

const relay = ["contoso.smtp.codetwo.online"];
const bring = (from: string, to: string, names?: string[]): Promise<string> =>
  world.bring(world.flow.online ?? "", { from, to: [to] }, plain(from, to, "Hi"), names);

test("a stranger may write to people here, and not through to others", async () => {
  await expect(bring(outsider, uma)).resolves.toMatch(/^250 2\.6\.0/);
  await expect(bring(anna, outsider)).rejects.toThrow("550 5.7.64 TenantAttribution; Relay Access Denied");
  await expect(bring(outsider, "nobody@contoso.com")).rejects.toThrow(
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
  );
});

test("the relay may bring mail through once its connector is there", async () => {
  await expect(bring(anna, outsider, relay)).rejects.toThrow("550 5.7.64");
  provision(world.organization);
  await expect(bring(anna, outsider, relay)).resolves.toMatch(/^250/);
  await expect(bring(anna, outsider, ["other.smtp.codetwo.online"])).rejects.toThrow("550 5.7.64");
});

test("the relay's certificate is worth nothing while its domain is not accepted", async () => {
  provision(world.organization);
  const domains = sideOf(world.organization, "online").objects.get("AcceptedDomain");
  for (const [guid, row] of domains ?? []) if (row["DomainName"] === relay[0]) domains?.delete(guid);
  await expect(bring(anna, outsider, relay)).rejects.toThrow(
    "550 5.7.64 TenantAttribution; Relay Access Denied",
  );
});

test("on-premises takes mail for others from Exchange Online only", async () => {
  const to = { from: anna, to: [outsider] };
  const mime = plain(anna, outsider, "Hi");
  await expect(world.bring(world.flow.onPremises, to, mime)).rejects.toThrow(
    "550 5.7.54 SMTP; Unable to relay",
  );
  await expect(
    world.bring(world.flow.onPremises, to, mime, ["mail.protection.outlook.com"]),
  ).resolves.toMatch(/^250/);
});
