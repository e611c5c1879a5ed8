import { expect, test } from "vitest";
import { httpsUrl, trust } from "../../../reconciler/mailbox/connection.ts";
import { createAuthority } from "../../emulator/tls.ts";

test.for([
  "http://mail.contoso.com/EWS/Exchange.asmx",
  "mail.contoso.com",
  "https://siu:pw@mail.contoso.com/",
])("'%s' is refused as URL: the password would be readable, or nothing is there", (url) => {
  expect(() => httpsUrl(url)).toThrow(expect.objectContaining({ code: "BAD_SETTINGS" }));
});

test("one authority or several in a row are trusted; text without a certificate is refused", async () => {
  const [one, two] = [await createAuthority(), await createAuthority()];
  expect(() => trust(`${one.ca}\n${two.ca}`)).not.toThrow();
  expect(() => trust(undefined)).not.toThrow();
  for (const text of ["", "nonsense"]) expect(() => trust(text)).toThrow(/PEM/);
});
