import { Agent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { recipientByAddress, sideOf } from "../store.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
let dispatcher: Agent;
beforeEach(async () => {
  world = await startWorld();
  dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
});
afterEach(async () => {
  await dispatcher.close();
  await world.close();
});

const schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

async function discover(
  address: string,
  password?: string,
  response = schema,
): Promise<{ status: number; text: string }> {
  const service = recipientByAddress(sideOf(world.organization, "onPremises"), "siu@contoso.com");
  const answer = await request(world.onPremises.autodiscover ?? "", {
    dispatcher,
    method: "POST",
    headers: {
      "Content-Type": "text/xml",
      Authorization: basic("siu@contoso.com", password ?? service?.password ?? ""),
    },
    body: `<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>
      <EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${response}</AcceptableResponseSchema></Request></Autodiscover>`,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

test("the EWS of an on-premises mailbox is told, for any of its addresses", async () => {
  for (const address of ["anna.weber@contoso.com", "a.weber@contoso.com"]) {
    const { status, text } = await discover(address);
    expect(status).toBe(200);
    expect(text).toContain(`<EwsUrl>${world.onPremises.ews}</EwsUrl>`);
    expect(text).toContain("<AutoDiscoverSMTPAddress>anna.weber@contoso.com</AutoDiscoverSMTPAddress>");
  }
});

test("a mailbox in the cloud is redirected to its cloud address", async () => {
  const { text } = await discover("uma.patel@contoso.com");
  expect(text).toContain(
    "<Action>redirectAddr</Action><RedirectAddr>uma.patel@contoso.mail.onmicrosoft.com</RedirectAddr>",
  );
});

test("a wrong password, an unknown address and a foreign schema are refused", async () => {
  expect((await discover("anna.weber@contoso.com", "wrong")).status).toBe(401);
  expect((await discover("nobody@contoso.com")).text).toContain("<ErrorCode>500</ErrorCode>");
  expect((await discover("anna.weber@contoso.com", undefined, "urn:other")).text).toContain(
    "<ErrorCode>601</ErrorCode>",
  );
});
