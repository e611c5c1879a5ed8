import { expect, test } from "vitest";
import { audienceOf } from "../../reconciler/audience.ts";

const organization = { domain: "contoso.com", acceptedDomains: ["Contoso.example"] };

test.each([
  [["carl@fabrikam.example"], "external"],
  [["eva@contoso.com", "carl@fabrikam.example"], "external"],
  [["eva@contoso.com", "Finn@CONTOSO.example"], "internal"],
  [["eva@sub.contoso.com"], "external"],
  [["eva@contoso.com@fabrikam.example"], "external"],
  [[], undefined],
  [undefined, undefined],
] as const)("a version for %j is %s", (recipients, audience) => {
  expect(audienceOf(recipients ? { recipients: [...recipients] } : {}, organization)).toBe(audience);
});

test("what the way in tells counts", () => {
  expect(audienceOf({ audience: "internal", recipients: ["carl@fabrikam.example"] }, organization)).toBe(
    "internal",
  );
});
