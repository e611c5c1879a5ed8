import { expect, test } from "vitest";
import type { Row } from "../store.ts";
import { attachedOf, type Attached } from "./attached.ts";
import type { Facts } from "./facts.ts";
import { all, external, facts, hit, internal, side } from "./rule-scene.ts";

for (const [alias, other] of Object.entries<Row>({
  anna: { Department: "Sales", Title: "Head of Sales", City: "Berlin", Manager: "felix" },
  ben: { Department: "Support", City: "Berlin", Manager: "anna" },
  felix: { Department: "Board", Company: "Contoso" },
})) {
  const person = side.recipients.get(`guid-${alias}`);
  if (person) person.other = other;
}
const says = (headers: Record<string, string[]>): Facts => facts({ headers });
const holding = (name: string, content: Buffer | string, type = "application/octet-stream"): Facts =>
  facts({ attached: [attachedOf(name, type, Buffer.from(content))] });
const zip = (flags: number): Buffer => {
  const header = Buffer.alloc(30);
  header.write("PK\u0003\u0004", "latin1");
  header.writeUInt16LE(flags, 6);
  return header;
};

test.each<[Row, boolean]>([
  [{ AnyOfRecipientAddressContainsWords: ["partner"] }, true],
  [{ AnyOfRecipientAddressMatchesPatterns: ["@fabrikam"] }, false],
  [{ AttachmentContainsWords: ["price"] }, true],
  [{ AttachmentContainsWords: ["pri"] }, false],
  [{ AttachmentMatchesPatterns: [String.raw`price; \d`] }, true],
  [{ AttachmentSizeOver: "10 B (10 bytes)" }, true],
  [{ AttachmentSizeOver: "1 MB (1,048,576 bytes)" }, false],
  [{ AttachmentHasExecutableContent: true }, false],
  [{ AttachmentIsPasswordProtected: true }, false],
  [{ AttachmentIsUnsupported: true }, false],
  [{ ContentCharacterSetContainsWords: ["Windows-1251"] }, true],
  [{ ContentCharacterSetContainsWords: ["big5"] }, false],
  [{ SenderIpRanges: ["192.0.2.0/24"] }, true],
  [{ SenderIpRanges: ["192.0.2.1-192.0.2.9"] }, true],
  [{ SenderIpRanges: ["192.0.2.8", "2001:db8::/32"] }, false],
  [{ SenderADAttributeContainsWords: ["Department:Sales,Marketing"] }, true],
  [{ SenderADAttributeContainsWords: ["Department:Marketing", "Sales"] }, true],
  [{ SenderADAttributeContainsWords: ["City:Sales"] }, false],
  [{ SenderADAttributeMatchesPatterns: ["Title:^Head"] }, true],
  [{ SenderADAttributeContainsWords: ["DisplayName:anna"] }, true],
  [{ HasNoClassification: true }, true],
  [{ HasClassification: "Secret" }, false],
  [{ HasSenderOverride: true }, false],
  [{ SCLOver: 1 }, false],
])("%j: %s", (rule, expected) => {
  expect(hit(rule)).toEqual(expected ? all : []);
  const [[name, value] = ["", ""]] = Object.entries(rule);
  expect(hit({ [`ExceptIf${name}`]: value })).toEqual(expected ? [] : all);
});

test("what the organization notes on a message can be asked for", () => {
  expect(hit({ SCLOver: 5 }, says({ "x-ms-exchange-organization-scl": ["5"] }))).toEqual(all);
  expect(hit({ SCLOver: 6 }, says({ "x-ms-exchange-organization-scl": ["5"] }))).toEqual([]);
  const classified = says({ "x-ms-exchange-organization-classification": ["Secret"] });
  expect(hit({ HasClassification: "secret" }, classified)).toEqual(all);
  expect(hit({ HasNoClassification: true }, classified)).toEqual([]);
  const override = says({ "x-ms-exchange-organization-dlp-senderoverridejustification": ["needed"] });
  expect(hit({ HasSenderOverride: true }, override)).toEqual(all);
});

test("mail that began here came from no address", () => {
  const { client: _, ...inside } = facts();
  expect(hit({ SenderIpRanges: ["0.0.0.0/0"] }, inside)).toEqual([]);
});

test.each<[keyof Attached, string, Buffer | string, boolean]>([
  ["executable", "a.bin", "MZ\u0000\u0000", true],
  ["executable", "a.bin", "\u007fELF", true],
  ["executable", "setup.EXE", "?", true],
  ["executable", "a.pdf", "%PDF-1.7", false],
  ["locked", "a.zip", zip(1), true],
  ["locked", "a.zip", zip(0), false],
  ["locked", "a.pdf", "%PDF-1.7 trailer << /Encrypt 5 0 R >>", true],
  ["locked", "a.pdf", "%PDF-1.7", false],
  ["unsupported", "a.dwg", "?", true],
  ["unsupported", "a.docx", "PK", false],
  ["unsupported", "a.txt", "?", false],
])("%s of %s", (property, name, content, expected) => {
  const given = Buffer.isBuffer(content) ? content : Buffer.from(content, "latin1");
  expect(attachedOf(name, "application/octet-stream", given)[property]).toBe(expected);
  const condition = {
    executable: "AttachmentHasExecutableContent",
    locked: "AttachmentIsPasswordProtected",
    unsupported: "AttachmentIsUnsupported",
  }[String(property)];
  expect(hit({ [String(condition)]: true }, holding(name, given))).toEqual(expected ? all : []);
});

test("an Office file in an encrypted package is locked", () => {
  const package_ = Buffer.concat([
    Buffer.from("d0cf11e0a1b11ae1", "hex"),
    Buffer.from("EncryptedPackage", "utf16le"),
  ]);
  expect(hit({ AttachmentIsPasswordProtected: true }, holding("a.docx", package_))).toEqual(all);
});

test.each<[Row, string[]]>([
  [{ RecipientADAttributeContainsWords: ["Department:Support"] }, [internal]],
  [{ RecipientADAttributeMatchesPatterns: ["City:^Ber"] }, [internal]],
  [{ ADComparisonAttribute: "City", ADComparisonOperator: "Equal" }, [internal]],
  [{ ADComparisonAttribute: "Department", ADComparisonOperator: "NotEqual" }, all],
  [{ ManagerAddresses: ["felix@contoso.com"], ManagerForEvaluatedUser: "Sender" }, all],
  [{ ManagerAddresses: ["anna"], ManagerForEvaluatedUser: "Recipient" }, [internal]],
  [{ SenderManagementRelationship: "Manager" }, [internal]],
  [{ SenderManagementRelationship: "DirectReport" }, []],
])("%j forks off %j", (rule, expected) => {
  expect(hit(rule)).toEqual(expected);
  const except = Object.fromEntries(Object.entries(rule).map(([name, value]) => [`ExceptIf${name}`, value]));
  expect(hit(except)).toEqual(all.filter((each) => !expected.includes(each)));
});

test("between members of two groups, in either direction", () => {
  const felix = facts({ headerSenders: ["felix@contoso.com"] });
  const rule = { BetweenMemberOf1: ["signatures"], BetweenMemberOf2: ["sales"] };
  expect(hit(rule, felix, ["anna@contoso.com", external])).toEqual(["anna@contoso.com"]);
  expect(hit(rule, facts(), ["felix@contoso.com", internal])).toEqual(["felix@contoso.com"]);
});

test("RecipientAddressType tells whether a text condition sees the address as it was written", () => {
  const alias = "ben.alias@contoso.com";
  const rule = { RecipientAddressContainsWords: ["alias"] };
  expect(hit(rule, facts(), [alias])).toEqual([]);
  expect(hit({ ...rule, RecipientAddressType: "Original" }, facts(), [alias])).toEqual([alias]);
});
