import { expect, test } from "vitest";
import { expandDl } from "../../../../reconciler/mailbox/ews/expand-dl.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(expandDl, { "a group": "signatures@contoso.com" });

const member = (address: string, type: string): string =>
  `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress><t:MailboxType>${type}</t:MailboxType></t:Mailbox>`;
const members = member("sales@contoso.com", "PublicDL") + member("anna@contoso.com", "Mailbox");
const expansion = (whole: boolean, content: string): string =>
  `${ok}<m:DLExpansion IncludesLastItemInRange="${whole}">${content}</m:DLExpansion>`;

test("members are people or groups", () => {
  expect(parse(expandDl, expansion(true, members))).toEqual([
    { address: "sales@contoso.com", isGroup: true },
    { address: "anna@contoso.com", isGroup: false },
  ]);
  expect(parse(expandDl, expansion(true, ""))).toEqual([]);
});

test("a part of the members is never taken for all", () => {
  expect(() => parse(expandDl, expansion(false, members))).toThrow(/only a part/);
});

test("an unknown group is told", () => {
  expect(() => parse(expandDl, failed("ErrorNameResolutionNoResults"))).toThrow(
    expect.objectContaining({ code: "GROUP_NOT_FOUND" }),
  );
});
