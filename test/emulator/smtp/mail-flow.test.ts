import { afterEach, expect, test } from "vitest";
import { sideOf } from "../store.ts";
import { anna, ben, headerIn, intake, outsider, plain, provision, startMailWorld, uma, type MailWorld } from "./world.ts";

let world: MailWorld;
const start = async (...given: Parameters<typeof startMailWorld>): Promise<MailWorld> => (world = await startMailWorld(...given));
afterEach(() => world.close());

const text = (mime: Buffer | undefined): string => mime?.toString() ?? "";

test("a message to a stranger is signed on its way, and its stamped copy reaches the intake", async () => {
  const { organization, flow, taken, submit } = await start();
  provision(organization);
  await submit(anna, [outsider], plain(anna, outsider, "Offer"));
  await flow.idle();
  expect(flow.internet.received).toHaveLength(1);
  const [outside] = flow.internet.received;
  expect(outside).toMatchObject({ from: anna, to: [outsider] });
  expect(text(outside?.mime)).toContain("Good morning.");
  expect(text(outside?.mime)).toContain("Contoso Ltd.");
  expect(headerIn(outside?.mime ?? Buffer.of(), "X-CodeTwoProcessed")).toBe("true");
  expect(taken).toHaveLength(1);
  const [copy] = taken;
  expect(copy).toMatchObject({ from: anna, to: [intake], client: ["mail.protection.outlook.com"] });
  expect(headerIn(copy?.mime ?? Buffer.of(), "X-MS-Exchange-CrossTenant-Id")).toBe(organization.store.tenantId);
  expect(headerIn(copy?.mime ?? Buffer.of(), "X-CodeTwo-MessageID")).toMatch(/^[0-9a-f-]{36}$/);
  expect(headerIn(copy?.mime ?? Buffer.of(), "Message-ID")).toBe(headerIn(outside?.mime ?? Buffer.of(), "Message-ID"));
});
