import { expect, test } from "vitest";
import { poxRequest, readPox } from "../../../../reconciler/mailbox/ews/pox.ts";
import { readXml, textAt } from "../../../../reconciler/mailbox/ews/xml.ts";

const account = (content: string): string =>
  `<Autodiscover><Response><Account>${content}</Account></Response></Autodiscover>`;
const protocol = (type: string, content: string): string =>
  `<Protocol><Type>${type}</Type>${content}</Protocol>`;

test("a request names the address and the schema of the answer", () => {
  const request = readXml(poxRequest("a&b@contoso.com"));
  expect(textAt(request, "Request", "EMailAddress")).toBe("a&b@contoso.com");
  expect(textAt(request, "Request", "AcceptableResponseSchema")).toMatch(/responseschema\/2006a$/);
});

test("the inside EWS URL comes before the outside one, and either does", () => {
  const inside = protocol("EXCH", "<EwsUrl>https://inside/</EwsUrl>");
  const outside = protocol("EXPR", "<ASUrl>https://outside/</ASUrl>");
  expect(readPox(account(outside + inside))).toEqual({ ewsUrl: "https://inside/" });
  expect(readPox(account(outside + protocol("EXCH", "")))).toEqual({ ewsUrl: "https://outside/" });
  expect(readPox(account('<Protocol Type="EXHTTP"><EwsUrl>https://b/</EwsUrl></Protocol>'))).toEqual({
    ewsUrl: "https://b/",
  });
});

test("redirections are told apart", () => {
  expect(readPox(account("<RedirectUrl>https://b/</RedirectUrl>"))).toEqual({ redirectUrl: "https://b/" });
  expect(readPox(account("<RedirectAddr>a@b.c</RedirectAddr>"))).toEqual({ redirectAddress: "a@b.c" });
});

test("what is wrong is told", () => {
  expect(readPox("<html><br></html>").trouble).toMatch(/not XML/);
  expect(readPox(account("<RedirectUrl>nonsense</RedirectUrl>")).trouble).toMatch(/without an EWS URL/);
  const error =
    "<Autodiscover><Response><Error><ErrorCode>500</ErrorCode><Message>Not found.</Message></Error></Response></Autodiscover>";
  expect(readPox(error).trouble).toBe("answered error 500: Not found.");
});
