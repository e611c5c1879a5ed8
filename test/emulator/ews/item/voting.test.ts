import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type EwsTest } from "../client.ts";
import { create, folderXml, get, getXml, idXml, keyIn, uris, type ItemKey } from "../requests.ts";
import type { Element } from "../xml.ts";

const path = (id: number, type: string): string =>
  `<t:ExtendedFieldURI DistinguishedPropertySetId="Common" PropertyId="${id}" PropertyType="${type}"/>`;
const property = (id: number, type: string, value: string): string =>
  `<t:ExtendedProperty>${path(id, type)}<t:Value>${value}</t:Value></t:ExtendedProperty>`;

/** PidLidVerbStream as Outlook writes it. */
function verbStream(verbs: [kind: number, name: string, sending: number][]): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    return bytes;
  };
  const ansi = (text: string): Buffer =>
    Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
  const wide = (text: string): Buffer =>
    Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "utf16le")]);
  const options = verbs.map(([kind, name, sending], index) =>
    Buffer.concat([
      number(kind),
      ansi(name.replace(/[^ -~]/g, "?")),
      ansi("IPM.Note"),
      ansi(""),
      ansi(name.replace(/[^ -~]/g, "?")),
      number(0),
      Buffer.from([0]),
      ...[0, 1, sending, 2, index + 1, -1].map(number),
    ]),
  );
  const names = verbs.map(([, name]) => Buffer.concat([wide(name), wide(name)]));
  return Buffer.concat([
    Buffer.from([2, 1]),
    number(verbs.length),
    ...options,
    Buffer.from([4, 1]),
    ...names,
  ]);
}

const stream = verbStream([
  [0x66, "Reply", 2],
  [4, "Ja, gerne ✓", 1],
  [4, "No", 2],
  [4, "Maybe", 0],
]);
let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws();
  item = await create(ews, {
    before: property(0x8520, "Binary", stream.toString("base64")) + property(0x8524, "String", "No"),
  });
});
afterAll(() => ews.close());

const voting = async (of: { id: string }): Promise<Element | undefined> =>
  at(await get(ews, of, uris("message:VotingInformation")), "t:VotingInformation");
const options = (of: Element | undefined) =>
  all(of ?? { name: "", attributes: {}, children: [], text: "" }, "t:VotingOptionData").map((option) =>
    option.children.map(({ text }) => text),
  );
const chosen = [
  ["Ja, gerne ✓", "Send"],
  ["No", "VotingOption"],
  ["Maybe", "None"],
];

describe("a message with voting buttons", () => {
  test("tells them, and the one that was chosen (MS-OXWSMSG_R314, MS-OXWSMSG_R316, MS-OXWSMSG_R73004, MS-OXWSMSG_R332, MS-OXWSMSG_R334, MS-OXWSMSG_R336, MS-OXWSMSG_R339, MS-OXWSMSG_R341, MS-OXWSMSG_R343, MS-OXWSMSG_R347)", async () => {
    const found = await voting(item);
    expect(found?.children.map(({ name }) => name)).toEqual(["t:UserOptions", "t:VotingResponse"]);
    expect(options(found)).toEqual(chosen);
    expect(at(found, "t:VotingResponse")?.text).toBe("No");
  });

  test("keeps them in a copy, and through export and upload", async () => {
    const copy = keyIn(
      await ews.ask(
        `<m:CopyItem><m:ToFolderId>${folderXml("inbox")}</m:ToFolderId><m:ItemIds>${idXml({ id: item.id })}</m:ItemIds></m:CopyItem>`,
      ),
    );
    expect(options(await voting(copy))).toEqual(chosen);
    const exported = await ews.ask(
      `<m:ExportItems><m:ItemIds>${idXml({ id: item.id })}</m:ItemIds></m:ExportItems>`,
    );
    const data = at(messages(exported)[0], "m:Data")?.text ?? "";
    const folder = at(await get(ews, item, uris("item:ParentFolderId")), "t:ParentFolderId");
    const uploaded = await ews.ask(
      `<m:UploadItems><m:Items><t:Item CreateAction="CreateNew">${idXml({ id: folder?.attributes["Id"] ?? "" }, "t:ParentFolderId")}<t:Data>${data}</t:Data></t:Item></m:Items></m:UploadItems>`,
    );
    const id = at(messages(uploaded)[0], "m:ItemId")?.attributes["Id"] ?? "";
    expect(options(await voting({ id }))).toEqual(chosen);
  });

  test("tells as many as can be read of a stream that is cut off, and none of nonsense", async () => {
    const cut = stream.subarray(0, stream.indexOf("Maybe"));
    const made = await create(ews, { before: property(0x8520, "Binary", cut.toString("base64")) });
    expect(options(await voting(made))).toEqual([
      ["Ja, gerne ?", "Send"],
      ["No", "VotingOption"],
    ]);
    const nonsense = await create(ews, { before: property(0x8520, "Binary", "////////") });
    expect(await voting(nonsense)).toBeUndefined();
    expect(await voting(await create(ews, { before: "<t:Subject>x</t:Subject>" }))).toBeUndefined();
  });

  test("tells them to clients of Exchange 2013 SP1 and later alone", async () => {
    const asked = getXml([item], uris("message:VotingInformation"));
    expect(codes(await ews.ask(asked, { version: "Exchange2013" }))).toEqual(["ErrorIncorrectSchemaVersion"]);
  });
});
