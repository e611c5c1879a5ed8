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

async function ask(origin: string, path: string, body?: string, given?: string) {
  const password =
    given ?? recipientByAddress(sideOf(world.organization, "onPremises"), anna)?.password ?? "";
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

const schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const pox = (address: string, response = schema): string =>
  `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${response}</AcceptableResponseSchema></Request></Autodiscover>`;
const discover = (address: string, password?: string, response?: string) =>
  ask(world.onPremises.origin, "autodiscover.xml", pox(address, response), password);

test("POX tells the EWS of an on-premises mailbox, for any of its addresses", async () => {
  for (const address of [anna, "a.weber@contoso.com"]) {
    const { status, text } = await discover(address);
    expect(status).toBe(200);
    expect(text).toContain(`<EwsUrl>${world.onPremises.ews}</EwsUrl>`);
    expect(text).toContain(`<AutoDiscoverSMTPAddress>${anna}</AutoDiscoverSMTPAddress>`);
  }
});

test("POX redirects for a mailbox in the cloud to its cloud address", async () => {
  const { text } = await discover(uma);
  expect(text).toContain(
    "<Action>redirectAddr</Action><RedirectAddr>uma.patel@contoso.mail.onmicrosoft.com</RedirectAddr>",
  );
});

test("POX refuses a wrong password, an unknown address, a foreign schema and nonsense", async () => {
  expect((await discover(anna, "wrong")).status).toBe(401);
  expect((await discover("nobody@contoso.com")).text).toContain("<ErrorCode>500</ErrorCode>");
  expect((await discover(anna, undefined, "urn:other")).text).toContain("<ErrorCode>601</ErrorCode>");
  const { text } = await ask(world.onPremises.origin, "autodiscover.xml", "nonsense");
  expect(text).toContain("<ErrorCode>600</ErrorCode>");
});

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
  redirects.set(anna, { http: "https://else.example/a.xml" });
  const http = await ask(world.onPremises.origin, "Autodiscover.XML", pox(anna));
  expect([http.status, http.headers["location"]]).toEqual([302, "https://else.example/a.xml"]);
  redirects.set(anna, { url: "https://else.example/b.xml" });
  expect((await discover(anna)).text).toContain(
    "<Action>redirectUrl</Action><RedirectUrl>https://else.example/b.xml</RedirectUrl>",
  );
});

test("failures can be asked for", async () => {
  const { faults } = world.organization;
  faults.add({ protocol: "autodiscover", operation: "JSON", failure: "unavailable", retryAfter: 9 });
  const answer = await ask(world.onPremises.origin, `autodiscover.json/v1.0/${anna}?Protocol=EWS`);
  expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "9"]);
});
