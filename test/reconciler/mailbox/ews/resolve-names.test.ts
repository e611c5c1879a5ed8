import { expect, test } from "vitest";
import { Fault } from "../../../../reconciler/fault.ts";
import { resolveNames } from "../../../../reconciler/mailbox/ews/resolve-names.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

heldToSchema(resolveNames, { "an address": "anna.weber&o'brien@contoso.com" });

const resolution = `<m:ResolutionSet><t:Resolution><t:Mailbox><t:Name>Anna</t:Name><t:EmailAddress>anna@contoso.com</t:EmailAddress><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox><t:Contact><t:EmailAddresses><t:Entry Key="EmailAddress1">SMTP:anna@contoso.com</t:Entry><t:Entry Key="EmailAddress2">smtp:a.weber@contoso.com</t:Entry></t:EmailAddresses></t:Contact></t:Resolution></m:ResolutionSet>`;
const anna = {
  address: "anna@contoso.com",
  mailboxType: "Mailbox",
  proxies: ["anna@contoso.com", "a.weber@contoso.com"],
};

test("candidates come with their proxy addresses; that there are several is only a warning", () => {
  expect(parse(resolveNames, ok + resolution)).toEqual([anna]);
  const several =
    'ResponseClass="Warning"><m:ResponseCode>ErrorNameResolutionMultipleResults</m:ResponseCode>';
  expect(parse(resolveNames, several + resolution)).toEqual([anna]);
});

test("that nobody is found is no error, anything else is", () => {
  expect(parse(resolveNames, failed("ErrorNameResolutionNoResults"))).toEqual([]);
  expect(() => parse(resolveNames, failed("ErrorServerBusy"))).toThrow(Fault);
});
