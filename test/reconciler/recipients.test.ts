import { expect, test } from "vitest";
import { recipientsOfVersion, unmatched } from "../../reconciler/recipients.ts";

const person = (address: string) => ({ name: address.split("@")[0] ?? "", address });
const named = {
  to: [person("Carl@fabrikam.example"), person("sales@contoso.com")],
  cc: [person("b.fischer@contoso.com")],
  bcc: [person("dora@fabrikam.example")],
};

test("of an item's recipients a version has those whom it went to, as the item names them", () => {
  expect(recipientsOfVersion(named, ["carl@fabrikam.example", "dora@fabrikam.example"])).toEqual({
    to: [named.to[0]],
    cc: [],
    bcc: named.bcc,
  });
});

test("another address of somebody counts as the primary one", () => {
  const version = ["ben@contoso.mail.onmicrosoft.com"];
  const primary = new Map(
    ["b.fischer@contoso.com", ...version].map((address) => [address, "ben.fischer@contoso.com"]),
  );
  expect(recipientsOfVersion(named, version, primary)).toEqual({
    to: [],
    cc: named.cc,
    bcc: [],
  });
  expect(unmatched([...version, "carl@fabrikam.example", "sales@contoso.com"], named)).toEqual([
    ...version,
    "b.fischer@contoso.com",
    "dora@fabrikam.example",
  ]);
});

test("where it names none of them it says nothing about its recipients", () => {
  expect(recipientsOfVersion(named, ["eva@contoso.com"])).toBeUndefined();
});
