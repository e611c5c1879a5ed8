import { afterEach, expect, test } from "vitest";
import { candidates, locate } from "../../../../providers/exchange/ews/autodiscover.ts";
import { account, close, scripted, type Reply } from "./scripted-server.ts";

afterEach(close);

const pox = (inside: string): Reply => ({
  status: 200,
  text: `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a">${inside}</Response></Autodiscover>`,
});
const protocol = (type: string, url: string): string =>
  `<Protocol><Type>${type}</Type><EwsUrl>${url}</EwsUrl></Protocol>`;

/** Asks a service that answers as told. */
async function located(reply: (path: string, url: string) => Reply): ReturnType<typeof locate> {
  const { url, client } = await scripted((path, _, url) => reply(path, url));
  return locate(client, account.username, `${url}/first`);
}

test("Autodiscover's redirections are followed, and inside addresses preferred", async () => {
  const outside = protocol("EXPR", "https://outside.contoso.com/EWS/Exchange.asmx");
  const inside = protocol("EXCH", "https://inside.contoso.com/EWS/Exchange.asmx");
  const found = await located((path, url) => {
    if (path === "/first") return { status: 302, headers: { location: "/second" } };
    if (path === "/second")
      return pox(`<Account><Action>redirectUrl</Action><RedirectUrl>${url}/third</RedirectUrl></Account>`);
    return pox(`<Account><Action>settings</Action>${outside}${inside}</Account>`);
  });
  expect(found).toEqual({ url: "https://inside.contoso.com/EWS/Exchange.asmx" });
});

test.each([
  ["that circles is left", (): Reply => ({ status: 302, headers: { location: "/first" } }), /redirects/],
  [
    "that leads out of TLS is not followed",
    (): Reply => ({ status: 302, headers: { location: "http://x.example" } }),
    /HTTP 302/,
  ],
  [
    "without a server is told",
    (): Reply => pox("<Error><ErrorCode>500</ErrorCode></Error>"),
    /knows no server/,
  ],
  [
    "that is no Autodiscover is told",
    (): Reply => ({ status: 200, text: "<html>" }),
    /knows no server|not XML/,
  ],
  ["that is not there is told", (): Reply => ({ status: 404 }), /HTTP 404/],
])("a service %s", async (_, reply, trouble) => {
  const found = await located(reply);
  expect(found).toMatchObject({ refused: false });
  expect("tried" in found ? found.tried.length : 0).toBeLessThanOrEqual(10);
  expect("tried" in found ? found.tried.join("\n") : "").toMatch(trouble);
});

test("without a service of its own the domain of the address is asked", () => {
  expect(candidates("siu@contoso.com")).toEqual([
    "https://contoso.com/autodiscover/autodiscover.xml",
    "https://autodiscover.contoso.com/autodiscover/autodiscover.xml",
  ]);
});
