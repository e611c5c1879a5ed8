import { Agent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { readXml } from "../ews/xml.ts";
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

const anna = "anna.weber@contoso.com";
const uma = "uma.patel@contoso.com";

async function ask(origin: string, path: string, body?: string) {
  const password = recipientByAddress(sideOf(world.organization, "onPremises"), anna)?.password ?? "";
  const answer = await request(`${origin}/autodiscover/${path}`, {
    dispatcher,
    ...(body === undefined
      ? {}
      : {
          method: "POST",
          body,
          headers: { "Content-Type": "text/xml", Authorization: basic(anna, password) },
        }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

function userSettings(...addresses: string[]): string {
  const users = addresses.map((address) => `<a:User><a:Mailbox>${address}</a:Mailbox></a:User>`).join("");
  return `<soap:Envelope xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion></soap:Header><soap:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users>${users}</a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>UserDisplayName</a:Setting><a:Setting>CrossOrganizationSharingEnabled</a:Setting></a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>`;
}

test("SOAP tells the settings of several people at once, each with its own outcome", async () => {
  const { status, text } = await ask(
    world.onPremises.origin,
    "autodiscover.svc",
    userSettings(anna, uma, "nobody@contoso.com"),
  );
  expect(status).toBe(200);
  expect(readXml(text).name).toBe("s:Envelope");
  expect(text).toContain(`<Name>ExternalEwsUrl</Name><Value>${world.onPremises.ews}</Value>`);
  expect(text).toContain("<Name>UserDisplayName</Name><Value>Anna Weber</Value>");
  expect(text).toContain("SettingIsNotAvailable");
  expect(text).toMatch(
    /RedirectAddress<.*<RedirectTarget>uma\.patel@contoso\.mail\.onmicrosoft\.com<.*InvalidUser</s,
  );
});

test("SOAP answers what it does not know with a fault", async () => {
  for (const body of ["nonsense", userSettings(anna).replaceAll("GetUserSettings", "GetCoffee")]) {
    const { status, text } = await ask(world.onPremises.origin, "autodiscover.svc", body);
    expect([status, readXml(text).children[1]?.children[0]?.name]).toEqual([500, "s:Fault"]);
  }
});

test("SOAP knows the organization's domains", async () => {
  const body = userSettings(anna)
    .replaceAll("GetUserSettings", "GetDomainSettings")
    .replace(
      /<a:Users>.*<\/a:Users>/,
      "<a:Domains><a:Domain>contoso.com</a:Domain><a:Domain>else.example</a:Domain></a:Domains>",
    );
  const { text } = await ask(world.onPremises.origin, "autodiscover.svc", body);
  expect(text).toMatch(new RegExp(`NoError.*${world.onPremises.ews}.*InvalidDomain`, "s"));
});

test("JSON tells the URL of a protocol without a sign-in, and follows a mailbox that moved", async () => {
  const { text } = await ask(world.onPremises.origin, `autodiscover.json/v1.0/${anna}?Protocol=EWS`);
  expect(JSON.parse(text)).toEqual({ Protocol: "Ews", Url: world.onPremises.ews });
  const inQuery = await ask(world.onPremises.origin, `autodiscover.json?Email=${anna}&Protocol=ews`);
  expect(JSON.parse(inQuery.text)).toEqual({ Protocol: "Ews", Url: world.onPremises.ews });
  const moved = await ask(world.onPremises.origin, `autodiscover.json/v1.0/${uma}?Protocol=EWS`);
  expect([moved.status, moved.headers["location"]]).toEqual([
    302,
    `${world.onPremises.origin}/autodiscover/autodiscover.json/v1.0/uma.patel%40contoso.mail.onmicrosoft.com?Protocol=Ews`,
  ]);
});

test.each([
  [`${anna}`, 400, "MandatoryParameterMissing"],
  ["?Protocol=EWS", 400, "MandatoryParameterMissing"],
  [`${anna}?Protocol=IMAP`, 400, "InvalidProtocol"],
  ["nobody@contoso.com?Protocol=EWS", 404, "UserNotFound"],
])("JSON refuses %s", async (path, status, code) => {
  const answer = await ask(world.onPremises.origin, `autodiscover.json/v1.0/${path}`);
  expect([answer.status, (JSON.parse(answer.text) as { ErrorCode: string }).ErrorCode]).toEqual([
    status,
    code,
  ]);
});

test("each side knows its own mailboxes", async () => {
  const online = world.online?.origin ?? "";
  const found = await ask(online, `autodiscover.json/v1.0/${uma}?Protocol=EWS`);
  expect(JSON.parse(found.text)).toEqual({ Protocol: "Ews", Url: world.online?.ews });
});

test("redirects that are set go before everything, for an address or a whole domain", async () => {
  const { redirects } = world.organization;
  redirects.set(anna, { address: "anna@elsewhere.example" });
  redirects.set("contoso.com", { url: "https://else.example/autodiscover/autodiscover.svc" });
  const { text } = await ask(
    world.onPremises.origin,
    "autodiscover.svc",
    userSettings(anna, "ben.fischer@contoso.com"),
  );
  expect(text).toMatch(/RedirectAddress<.*anna@elsewhere\.example.*RedirectUrl<.*else\.example/s);
  const pox = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${anna}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
  redirects.set(anna, { http: "https://else.example/a.xml" });
  const http = await ask(world.onPremises.origin, "Autodiscover.XML", pox);
  expect([http.status, http.headers["location"]]).toEqual([302, "https://else.example/a.xml"]);
  redirects.set(anna, { url: "https://else.example/b.xml" });
  expect((await ask(world.onPremises.origin, "autodiscover.xml", pox)).text).toContain(
    "<Action>redirectUrl</Action><RedirectUrl>https://else.example/b.xml</RedirectUrl>",
  );
});

test("failures can be asked for", async () => {
  const { faults } = world.organization;
  faults.add({ protocol: "autodiscover", operation: "JSON", failure: "unavailable", retryAfter: 9 });
  const answer = await ask(world.onPremises.origin, `autodiscover.json/v1.0/${anna}?Protocol=EWS`);
  expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "9"]);
});
