import { afterEach, beforeEach, expect, test } from "vitest";
import { anna, outsider, plain, provision, startMailWorld, type MailWorld } from "../smtp/mail-world.ts";

let world: MailWorld;
beforeEach(async () => (world = await startMailWorld()));
afterEach(() => world.close());

const bring = (names?: string[], more: string[] = []): Promise<string> =>
  world.bring(
    world.flow.relay?.address ?? "",
    { from: anna, to: [outsider] },
    plain(anna, outsider, "Hi", more),
    names,
  );
const exchange = ["mail.protection.outlook.com"];

test("only Exchange Online's certificate is let in", async () => {
  await expect(bring()).rejects.toThrow("550 5.7.1 Mail is taken from Exchange Online only");
  await expect(bring(["mail.contoso.com"])).rejects.toThrow("550 5.7.1");
});

test("the tenant's refusal is the relay's answer, so that nothing is lost in between", async () => {
  await expect(bring(exchange)).rejects.toThrow("550 5.7.64 TenantAttribution; Relay Access Denied");
  expect(world.flow.relay?.processed).toEqual([]);
});

test("what was processed before goes back as it came", async () => {
  provision(world.organization);
  await bring(exchange, ["X-CodeTwoProcessed: true", "X-CodeTwo-MessageID: first"]);
  await world.flow.idle();
  expect(world.flow.relay?.processed).toMatchObject([{ untouched: "already processed", to: [outsider] }]);
  const [mail] = world.flow.internet.received;
  expect(mail?.mime.toString().match(/X-CodeTwo-MessageID: .*/g)).toEqual(["X-CodeTwo-MessageID: first"]);
});

test("a tenant that cannot be reached is a reason to try later", async () => {
  world.organization.hosts.set("contoso-com.mail.protection.outlook.com", "127.0.0.1:1");
  await expect(bring(exchange)).rejects.toThrow(/451 4\.4\.0/);
});
