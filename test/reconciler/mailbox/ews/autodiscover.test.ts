import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { candidatesOf, discoverEwsUrl } from "../../../../reconciler/mailbox/ews/autodiscover.ts";
import { readXml, textAt } from "../../../../reconciler/mailbox/ews/xml.ts";
import { Fault } from "../../../../reconciler/fault.ts";
import { startEmbedded } from "../../../contract/embedded.ts";
import { answer, startScriptedServer } from "./scripted-server.ts";
import type { ScriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const account = (content: string): string =>
  `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account><AccountType>email</AccountType>${content}</Account></Response></Autodiscover>`;
const ews = "https://mail.contoso.com/EWS/Exchange.asmx";
const settings = account(
  `<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>https://outside.contoso.com/EWS/Exchange.asmx</EwsUrl></Protocol><Protocol><Type>EXCH</Type><EwsUrl>${ews}</EwsUrl></Protocol>`,
);
const password = "pa55-w0rd";

function discover(address = "anna.weber@contoso.com"): Promise<string> {
  const url = `${server.origin}/autodiscover/autodiscover.xml`;
  const credential = { by: "basic", username: "siu@contoso.com", password } as const;
  return discoverEwsUrl({ address, credential, url, certificateAuthority: server.ca });
}

describe("the service", () => {
  test("is asked for an address with the account, and its inside EWS URL is taken", async () => {
    server.script(answer(200, settings));
    expect(await discover("anna&bert@contoso.com")).toBe(ews);
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: "POST", path: "/autodiscover/autodiscover.xml" });
    expect(seen?.headers.authorization).toBe(`Basic ${btoa(`siu@contoso.com:${password}`)}`);
    expect(textAt(readXml(seen?.body ?? ""), "Request", "EMailAddress")).toBe("anna&bert@contoso.com");
  });

  test("may redirect by HTTP and by its answer", async () => {
    server.script(
      answer(302, "", { location: "/second" }),
      answer(200, account(`<Action>redirectUrl</Action><RedirectUrl>${server.origin}/third</RedirectUrl>`)),
      answer(200, settings),
    );
    expect(await discover()).toBe(ews);
    expect(server.seen.map(({ path }) => path)).toEqual([
      "/autodiscover/autodiscover.xml",
      "/second",
      "/third",
    ]);
  });

  test("that redirects in a circle is left after ten hops", async () => {
    server.script(answer(302, "", { location: "/again" }));
    await expect(discover()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("after 10 redirections"),
    });
    expect(server.seen).toHaveLength(10);
  });

  test("that redirects to a place without TLS is not followed", async () => {
    server.script(answer(302, "", { location: "http://localhost/" }));
    await expect(discover()).rejects.toMatchObject({ message: expect.stringContaining("not https") });
  });

  test("that redirects to another address has that address's domain asked", async () => {
    server.script(
      answer(200, account("<Action>redirectAddr</Action><RedirectAddr>anna@contoso.invalid</RedirectAddr>")),
    );
    await expect(discover()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(
        /redirects to the address anna@contoso\.invalid\n- https:\/\/contoso\.invalid\/autodiscover/,
      ),
    });
  });

  test("that refuses the account makes the credentials wrong, and shows no password", async () => {
    server.script(answer(401));
    const failure = expect.objectContaining({
      code: "WRONG_CREDENTIALS",
      message: expect.not.stringContaining(password),
    });
    await expect(discover()).rejects.toEqual(failure);
  });

  test.for([
    [404, "", /answered HTTP 404/],
    [200, "<html><br></html>", /not XML/],
    [200, account(""), /without an EWS URL/],
    [
      200,
      '<Autodiscover><Response><Error Time="1" Id="2"><ErrorCode>500</ErrorCode><Message>The email address can\'t be found.</Message></Error></Response></Autodiscover>',
      /error 500: The email address/,
    ],
  ] as const)("that answers %s %s is told", async ([status, body, text]) => {
    server.script(answer(status, body));
    await expect(discover()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(text),
    });
  });

  test("that has only the newer form tells it without a sign-in", async () => {
    server.script(answer(404), answer(200, JSON.stringify({ Protocol: "Ews", Url: ews })));
    expect(await discover()).toBe(ews);
    const [, second] = server.seen;
    expect(second).toMatchObject({
      method: "GET",
      path: "/autodiscover/autodiscover.json/v1.0/anna.weber%40contoso.com?Protocol=Ews",
    });
    expect(second?.headers.authorization).toBeUndefined();
  });

  test("for which there is no token is asked in that form alone", async () => {
    server.script(answer(200, JSON.stringify({ Protocol: "Ews", Url: ews })));
    const tokenFor = () => () => Promise.reject(new Fault("WRONG_CREDENTIALS", "no such resource"));
    const url = `${server.origin}/autodiscover/autodiscover.xml`;
    const asked = { address: "anna.weber@contoso.com", url, certificateAuthority: server.ca };
    expect(await discoverEwsUrl({ ...asked, credential: { by: "oauth", tokenFor } })).toBe(ews);
    expect(server.seen.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("that refuses the password is not asked for a place that would refuse it again", async () => {
    server.script(answer(401));
    await expect(discover()).rejects.toMatchObject({ code: "WRONG_CREDENTIALS" });
    expect(server.seen).toHaveLength(1);
  });

  test("that names an EWS URL without TLS is refused", async () => {
    server.script(answer(200, settings.replace(ews, "http://mail.contoso.com/EWS/Exchange.asmx")));
    await expect(discover()).rejects.toMatchObject({ code: "BAD_SETTINGS" });
  });
});

test("the embedded Exchange names its EWS, and refuses a wrong password", async () => {
  const { account: service, options, autodiscover, close } = await startEmbedded("Alias -like '*'");
  try {
    const { certificateAuthority = "" } = options;
    const credential = { by: "basic", ...service } as const;
    const asked = { address: "siu@contoso.com", url: autodiscover, credential, certificateAuthority };
    expect(await discoverEwsUrl(asked)).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/EWS\/Exchange\.asmx$/);
    const wrong = { ...asked, credential: { ...credential, password: "wrong" } };
    await expect(discoverEwsUrl(wrong)).rejects.toMatchObject({ code: "WRONG_CREDENTIALS" });
  } finally {
    await close();
  }
});

test("a domain's candidates are tried in order, and the failure lists each with what happened", async () => {
  const credential = { by: "basic", username: "siu@contoso.invalid", password } as const;
  await expect(discoverEwsUrl({ address: "siu@contoso.invalid", credential })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(
      /^Cannot locate the server .*\n- https:\/\/contoso\.invalid\/\S+: its name is not in DNS.*\n- https:\/\/autodiscover\.contoso\.invalid\/\S+: .*\n- http:\/\/autodiscover\.contoso\.invalid\/\S+: /,
    ),
  });
});

test("only the candidate without TLS is bound to the domain", () => {
  expect(candidatesOf("contoso.com").filter(({ within }) => within !== undefined)).toEqual([
    { url: "http://autodiscover.contoso.com/autodiscover/autodiscover.xml", within: "contoso.com" },
  ]);
});
