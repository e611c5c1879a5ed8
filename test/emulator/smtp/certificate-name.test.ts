import { expect, test } from "vitest";
import { certificateMatches } from "./certificate-name.ts";

test.each([
  [["smtp.codetwo.com"], "*.codetwo.com", true],
  [["*.codetwo.com"], "*.codetwo.com", true],
  [["*.codetwo.com"], "smtp.codetwo.com", true],
  [["codetwo.com"], "*.codetwo.com", false],
  [["a.b.codetwo.com"], "*.codetwo.com", false],
  [["notcodetwo.com"], "*.codetwo.com", false],
  [["*.com"], "codetwo.com", true],
  [["*.com"], "*.codetwo.com", false],
  [["mail.contoso.com"], "MAIL.contoso.com", true],
  [["mail.contoso.com"], "<I>CN=Root, O=X<S>CN=mail.contoso.com", true],
  [["mail.contoso.com"], "contoso.com", false],
  [[], "contoso.com", false],
])("a certificate for %j asked for %s: %s", (names, wanted, expected) => {
  expect(certificateMatches(names, wanted)).toBe(expected);
});
