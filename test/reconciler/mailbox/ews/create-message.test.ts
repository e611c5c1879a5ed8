import { expect, test } from "vitest";
import { createMessage } from "../../../../reconciler/mailbox/ews/create-message.ts";
import { getCarried } from "../../../../reconciler/mailbox/ews/get-carried.ts";
import { heldToSchema, ok, parse } from "./answers.ts";

const answered = `${ok}<m:Items><t:Message><t:ItemId Id="A" ChangeKey="B"/><t:Subject>Größe &amp; mehr</t:Subject>
  <t:Sensitivity>Private</t:Sensitivity><t:Categories><t:String>Ü</t:String></t:Categories><t:Importance>High</t:Importance>
  <t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0xe06" PropertyType="SystemTime"/><t:Value>2026-11-22T10:00:00Z</t:Value></t:ExtendedProperty>
  <t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="Common" PropertyId="34080" PropertyType="Binary"/><t:Value>AgE=</t:Value></t:ExtendedProperty>
  <t:Sender><t:Mailbox><t:Name>Anna</t:Name><t:EmailAddress>anna@contoso.com</t:EmailAddress></t:Mailbox></t:Sender>
  <t:ToRecipients><t:Mailbox><t:Name>Carl</t:Name><t:EmailAddress>carl@fabrikam.example</t:EmailAddress></t:Mailbox></t:ToRecipients>
  <t:IsRead>false</t:IsRead></t:Message></m:Items>`;
const carried = parse(getCarried, answered);
const body = { type: "html", content: "<p>Hello</p>" } as const;

heldToSchema(createMessage, {
  "all that was read of another": { carried, mark: "1 building x y z", body },
  nothing: { carried: {}, mark: "1 building x y z", body: { type: "text", content: "Hello" } },
});

test("what was read of an item is set on the new one, times and flags as it is made", () => {
  const { xml } = createMessage.request({ carried, mark: "m", body });
  for (const part of [
    "<t:Subject>Größe &amp; mehr</t:Subject>",
    "<t:Categories><t:String>Ü</t:String></t:Categories>",
    "<t:EmailAddress>carl@fabrikam.example</t:EmailAddress>",
    '<t:ExtendedFieldURI PropertyTag="0x0E06" PropertyType="SystemTime"/><t:Value>2026-11-22T10:00:00Z</t:Value>',
    'PropertyId="34080" PropertyType="Binary"/><t:Value>AgE=</t:Value>',
    // Neither a draft nor read.
    '<t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Value>0</t:Value>',
  ])
    expect(xml).toContain(part);
  expect(xml).not.toContain("ItemId");
});
