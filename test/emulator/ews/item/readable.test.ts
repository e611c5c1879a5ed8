import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, anna, at, codes, startEws, type EwsTest } from "../client.ts";
import { deliverTo } from "../delivered.ts";
import { getFoldersXml } from "../folder-requests.ts";
import {
  create,
  get,
  getXml,
  mimeXml,
  mixedMime,
  setXml,
  tagXml,
  updateXml,
  uris,
  type ItemKey,
} from "../requests.ts";
import type { Element } from "../xml.ts";

const mime = mixedMime(
  `Received: from x by y; Fri, 2 Jan 2026 03:04:05 +0000
From: Xaver <x@example.org>
To: Anna Weber <${anna}>, Ben <ben.fischer@contoso.com>, x@example.org
Cc: Cora <c@example.org>, d@example.org
Subject: RE: Topic
Message-ID: <whole@x>
Date: Fri, 2 Jan 2026 03:00:00 +0000
Thread-Topic: Topic
Thread-Index: AQHQAAAAAAAAAAAAAAAAAAAAAAAAAA==`,
  "<p>Hello <b>world</b></p>",
);
let ews: EwsTest;
let item: ItemKey;
beforeAll(async () => {
  ews = await startEws(async () => undefined);
  const times = `<t:ExtendedProperty>${tagXml("0x0E06", "SystemTime")}<t:Value>2026-01-02T03:04:05Z</t:Value></t:ExtendedProperty>`;
  item = await create(ews, { before: mimeXml(mime), after: times });
});
afterAll(() => ews.close());

const read = async (uri: string, of: { id: string } = item): Promise<Element | undefined> =>
  at(await get(ews, of, uris(uri)), `t:${uri.split(":")[1]}`);

describe("what the server tells of a message", () => {
  test.each<[uri: string, text: RegExp, ids: string]>([
    [
      "item:DateTimeReceived",
      /^2026-01-02T03:04:05Z$/,
      "MS-OXWSCORE_R1315, MS-OXWSCORE_R78, MS-OXWSCORE_R2026",
    ],
    ["item:DateTimeSent", /^2026-01-02T03:00:00Z$/, "MS-OXWSCORE_R1326, MS-OXWSCORE_R89, MS-OXWSCORE_R2032"],
    [
      "item:DateTimeCreated",
      /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      "MS-OXWSCORE_R1327, MS-OXWSCORE_R90, MS-OXWSCORE_R2034",
    ],
    ["item:LastModifiedTime", /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "MS-OXWSCORE_R1340, MS-OXWSCORE_R105"],
    ["item:LastModifiedName", /^Anna Weber$/, "MS-OXWSCORE_R1339, MS-OXWSCORE_R104, MS-OXWSCORE_R2040"],
    [
      "item:DisplayTo",
      /^Anna Weber; Ben; x@example\.org$/,
      "MS-OXWSCORE_R1334, MS-OXWSCORE_R98, MS-OXWSCORE_R99, MS-OXWSCORE_R2036",
    ],
    ["item:DisplayCc", /^Cora; d@example\.org$/, "MS-OXWSCORE_R1333, MS-OXWSCORE_R96, MS-OXWSCORE_R97"],
    ["item:Culture", /^[a-z]{2}-[A-Z]{2}$/, "MS-OXWSCORE_R1337, MS-OXWSCORE_R102"],
    [
      "item:IsAssociated",
      /^false$/,
      "MS-OXWSCORE_R106, MS-OXWSCORE_R1619, MS-OXWSCORE_R2285, MS-OXWSCORE_R13411",
    ],
    ["item:IsDraft", /^false$/, "MS-OXWSCORE_R1321, MS-OXWSCORE_R84, MS-OXWSCORE_R1609"],
    ["item:IsFromMe", /^false$/, "MS-OXWSCORE_R1322, MS-OXWSCORE_R85, MS-OXWSCORE_R1611"],
    ["item:IsResend", /^false$/, "MS-OXWSCORE_R1323, MS-OXWSCORE_R86, MS-OXWSCORE_R1613"],
    ["item:IsSubmitted", /^false$/, "MS-OXWSCORE_R1320, MS-OXWSCORE_R83, MS-OXWSCORE_R1607"],
    ["item:IsUnmodified", /^true$/, "MS-OXWSCORE_R1324, MS-OXWSCORE_R87, MS-OXWSCORE_R1614"],
    ["item:HasAttachments", /^true$/, "MS-OXWSCORE_R1335, MS-OXWSCORE_R100, MS-OXWSCORE_R1620"],
    ["item:Preview", /^Hello world$/, "MS-OXWSCORE_R2051, MS-OXWSCORE_R1354"],
    ["item:IconIndex", /^Mail(?:Unread|Read)$/, "MS-OXWSCORE_R2063"],
    ["item:BlockStatus", /^false$/, "MS-OXWSCORE_R2059, MS-OXWSCORE_R1622"],
    ["item:HasBlockedImages", /^false$/, "MS-OXWSCORE_R1623"],
    [
      "item:WebClientReadFormQueryString",
      /ItemID=.*ReadMessageItem$/,
      "MS-OXWSCORE_R1342, MS-OXWSCORE_R2338",
    ],
    ["item:WebClientEditFormQueryString", /ItemID=.*EditMessageItem$/, "MS-OXWSCORE_R2503"],
    ["message:ConversationIndex", /^AQHQ/, "MS-OXWSMSG_R188, MS-OXWSMSG_R48"],
    ["message:ConversationTopic", /^Topic$/, "MS-OXWSMSG_R189, MS-OXWSMSG_R51"],
    ["message:InternetMessageId", /^<whole@x>$/, "MS-OXWSMSG_R191, MS-OXWSMSG_R57"],
  ])("%s is %s (%s)", async (uri, text) => {
    expect((await read(uri))?.text).toMatch(text);
    const whole = await get(ews, item, "", { base: "AllProperties" });
    expect(at(whole, `t:${uri.split(":")[1]}`)?.text).toMatch(text);
  });

  test("its id and change key name it and its state (MS-OXWSCORE_R1308, MS-OXWSCORE_R70, MS-OXWSCORE_R2015, MS-OXWSCORE_R153, MS-OXWSCORE_R154, MS-OXWSCORE_R1385, MS-OXWSCORE_R156, MS-OXWSCORE_R1386, MS-OXWSCORE_R158)", async () => {
    const of = await create(ews, { before: "<t:Subject>a</t:Subject>" });
    const id = await read("item:ItemId", of);
    expect(id?.attributes).toEqual({ Id: of.id, ChangeKey: of.changeKey });
    await ews.ask(updateXml(of, setXml("item:Subject", "<t:Subject>b</t:Subject>")));
    const after = await read("item:ItemId", of);
    expect(after?.attributes["Id"]).toBe(of.id);
    expect(after?.attributes["ChangeKey"]).not.toBe(of.changeKey);
  });

  test("its folder is told by id and change key (MS-OXWSCORE_R1309, MS-OXWSCORE_R71, MS-OXWSCDATA_R1628, MS-OXWSCDATA_R1629, MS-OXWSCDATA_R1165)", async () => {
    const folder = await ews.ask(getFoldersXml('<t:DistinguishedFolderId Id="sentitems"/>', "IdOnly"));
    expect((await read("item:ParentFolderId"))?.attributes).toEqual(
      all(folder.body, "t:FolderId")[0]?.attributes,
    );
  });

  test("its size is that of its parts together (MS-OXWSCORE_R1316, MS-OXWSCORE_R79, MS-OXWSCORE_R2028)", async () => {
    const big = await create(ews, { before: `<t:Body BodyType="Text">${"x".repeat(5000)}</t:Body>` });
    expect(Number((await read("item:Size", big))?.text)).toBeGreaterThan(5000);
    expect(Number((await read("item:Size"))?.text)).toBeGreaterThan(mime.length - 50);
  });

  test("its MIME content is base64 of a character set, in UTF-8 too (MS-OXWSCORE_R1307, MS-OXWSCORE_R69, MS-OXWSCORE_R112, MS-OXWSCORE_R1362, MS-OXWSCORE_R114, MS-OXWSCORE_R2919, MS-OXWSCORE_R2012)", async () => {
    const found = await get(ews, item, uris("item:MimeContentUTF8"), { mime: true });
    for (const name of ["t:MimeContent", "t:MimeContentUTF8"]) {
      expect(at(found, name)?.attributes).toEqual({ CharacterSet: "UTF-8" });
      expect(Buffer.from(at(found, name)?.text ?? "", "base64").toString()).toBe(mime.replace(/\n/g, "\r\n"));
    }
  });

  test("its header lines come in order, each with its name (MS-OXWSCORE_R1325, MS-OXWSCORE_R88, MS-OXWSCORE_R20301, MS-OXWSCORE_R122, MS-OXWSCORE_R1367, MS-OXWSCORE_R124, MS-OXWSCDATA_R1175, MS-OXWSCDATA_R1674)", async () => {
    const lines = (await read("item:InternetMessageHeaders"))?.children ?? [];
    expect(lines.map(({ name }) => name)).toEqual(lines.map(() => "t:InternetMessageHeader"));
    expect(lines.slice(0, 2).map(({ attributes, text }) => [attributes["HeaderName"], text])).toEqual([
      ["Received", "from x by y; Fri, 2 Jan 2026 03:04:05 +0000"],
      ["From", "Xaver <x@example.org>"],
    ]);
  });

  test("its attachments are files and messages (MS-OXWSCORE_R1314, MS-OXWSCORE_R2281, MS-OXWSCDATA_R1229, MS-OXWSCDATA_R1633, MS-OXWSCDATA_R1634)", async () => {
    const attached = `<m:CreateAttachment><m:ParentItemId Id="${item.id}"/><m:Attachments><t:ItemAttachment><t:Name>m</t:Name><t:Message>${mimeXml("Subject: inner\n\nx")}</t:Message></t:ItemAttachment></m:Attachments></m:CreateAttachment>`;
    expect(codes(await ews.ask(attached))).toEqual(["NoError"]);
    expect((await read("item:Attachments"))?.children.map(({ name }) => name)).toEqual([
      "t:FileAttachment",
      "t:ItemAttachment",
    ]);
  });

  test("its rights are its owner's: delete, modify, read, create nothing in it (MS-OXWSCORE_R1338, MS-OXWSCORE_R103, MS-OXWSCORE_R2038, MS-OXWSCDATA_R1129, MS-OXWSCDATA_R1130, MS-OXWSCDATA_R21131, MS-OXWSCDATA_R1132, MS-OXWSCDATA_R21133, MS-OXWSCDATA_R1133, MS-OXWSCDATA_R21135, MS-OXWSCDATA_R1134, MS-OXWSCDATA_R21136, MS-OXWSCDATA_R1135, MS-OXWSCDATA_R21138, MS-OXWSCDATA_R1136, MS-OXWSCDATA_R21140, MS-OXWSCDATA_R21142)", async () => {
    expect((await read("item:EffectiveRights"))?.children.map(({ name, text }) => [name, text])).toEqual([
      ["t:CreateAssociated", "false"],
      ["t:CreateContents", "false"],
      ["t:CreateHierarchy", "false"],
      ["t:Delete", "true"],
      ["t:Modify", "true"],
      ["t:Read", "true"],
      ["t:ViewPrivateItems", "true"],
    ]);
  });

  test("its instance has a key, its conversation an id (MS-OXWSCORE_R2047, MS-OXWSCORE_R1348, MS-OXWSCORE_R1344, MS-OXWSCORE_R2288)", async () => {
    const key = (await read("item:InstanceKey"))?.text ?? "";
    expect(key).not.toBe("");
    expect(Buffer.from(key, "base64").toString("base64")).toBe(key);
    const conversation = async (of: { id: string }) =>
      (await read("item:ConversationId", of))?.attributes["Id"];
    const reply = await create(ews, {
      before: mimeXml(
        "Subject: RE: Topic\nMessage-ID: <r@x>\nThread-Index: AQHQAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n\nx",
      ),
    });
    const other = await create(ews, { before: "<t:Subject>Topic</t:Subject>" });
    expect(await conversation(reply)).toBe(await conversation(item));
    expect(await conversation(other)).not.toBe(await conversation(item));
  });

  test("it can be answered, forwarded, and each answer refers to it (MS-OXWSCORE_R1328, MS-OXWSCORE_R91, MS-OXWSCORE_R126, MS-OXWSCORE_R1371, MS-OXWSCORE_R131, MS-OXWSCORE_R1372, MS-OXWSCORE_R132, MS-OXWSCORE_R1373, MS-OXWSCORE_R133, MS-OXWSCDATA_R1173, MS-OXWSCDATA_R1267, MS-OXWSCDATA_R1276, MS-OXWSCDATA_R1286, MS-OXWSCDATA_R1289)", async () => {
    const objects = (await read("item:ResponseObjects"))?.children ?? [];
    expect(objects.map(({ name }) => name)).toEqual(["t:ReplyToItem", "t:ReplyAllToItem", "t:ForwardItem"]);
    for (const each of objects) expect(at(each, "t:ReferenceItemId")?.attributes["Id"]).toBe(item.id);
  });

  test("it is a message, all its elements in the schema's order, each at most once (MS-OXWSCORE_R67, MS-OXWSMSG_R22, MS-OXWSMSG_R23)", async () => {
    const whole = await get(ews, item, tagXml("0x0E07", "Integer"), { base: "AllProperties", mime: true });
    expect(whole.name).toBe("t:Message");
    const names = whole.children.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    // First what every item has, then the extended properties, more of the item, and what only a message has.
    const marks = [
      "t:MimeContent",
      "t:ItemId",
      "t:Subject",
      "t:Body",
      "t:ExtendedProperty",
      "t:Culture",
      "t:Sender",
      "t:From",
      "t:IsRead",
    ];
    expect(names.filter((name) => marks.includes(name))).toEqual(marks);
  });

  test("a draft is one, until it is sent (MS-OXWSCORE_R1608)", async () => {
    const draft = await create(ews, { flags: "", folder: "drafts" });
    expect((await read("item:IsDraft", draft))?.text).toBe("true");
  });

  test("what was changed is not unmodified, what has nothing attached has no attachments (MS-OXWSCORE_R1615, MS-OXWSCORE_R1621)", async () => {
    const of = await create(ews, {});
    expect((await read("item:HasAttachments", of))?.text).toBe("false");
    ews.organization.now = (
      (now) => () =>
        now() + 1000
    )(ews.organization.now);
    await ews.ask(updateXml(of, setXml("item:Subject", "<t:Subject>b</t:Subject>")));
    expect((await read("item:IsUnmodified", of))?.text).toBe("false");
  });

  test("whose mailbox received it is told of what came in, and of nothing else (MS-OXWSMSG_R196, MS-OXWSMSG_R72, MS-OXWSMSG_R197, MS-OXWSMSG_R73)", async () => {
    const subject = "came in";
    const letter = mime.replace("RE: Topic", subject).replace("whole@x", "in@x").replace(/\n/g, "\r\n");
    await deliverTo(ews, Buffer.from(letter));
    const found = await ews.ask(
      `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
    );
    const id = all(found.body, "t:ItemId")[0]?.attributes["Id"] ?? "";
    for (const name of ["ReceivedBy", "ReceivedRepresenting"]) {
      const mailbox = at(await read(`message:${name}`, { id }), "t:Mailbox");
      expect(mailbox?.children.map(({ text }) => text)).toEqual(["Anna Weber", anna, "SMTP", "Mailbox"]);
      const draft = await create(ews, { flags: "" });
      expect(await read(`message:${name}`, draft)).toBeUndefined();
    }
  });
});

describe("shapes", () => {
  test("IdOnly is the id, Default what a list shows, AllProperties all (MS-OXWSCDATA_R59, MS-OXWSCDATA_R61, MS-OXWSCDATA_R62, MS-OXWSCDATA_R1185, MS-OXWSMSG_R127, MS-OXWSMSG_R198, MS-OXWSCORE_R386, MS-OXWSCORE_R387, MS-OXWSCDATA_R1197)", async () => {
    const names = async (base: string) =>
      (await get(ews, item, "", { base })).children.map(({ name }) => name);
    expect(await names("IdOnly")).toEqual(["t:ItemId"]);
    const [some, everything] = [await names("Default"), await names("AllProperties")];
    for (const name of ["t:ItemId", "t:Subject", "t:Body", "t:From"]) expect(some).toContain(name);
    expect(everything.filter((name) => some.includes(name))).toEqual(some);
    expect(everything.length).toBeGreaterThan(some.length + 10);
    const more = await get(ews, item, uris("item:Subject"));
    expect(more.children.map(({ name }) => name)).toEqual(["t:ItemId", "t:Subject"]);
    const several = await ews.ask(getXml([item, item]));
    expect(all(several.body, "t:ItemId")).toHaveLength(2);
  });

  test("MIME content comes only when it is wanted (MS-OXWSCDATA_R1188, MS-OXWSCDATA_R21188, MS-OXWSCDATA_R21189)", async () => {
    const has = async (wanted: boolean) => {
      const asked = getXml([item], "", { base: "AllProperties" }).replace(
        "</t:BaseShape>",
        `</t:BaseShape><t:IncludeMimeContent>${wanted}</t:IncludeMimeContent>`,
      );
      return all((await ews.ask(asked)).body, "t:MimeContent").length;
    };
    expect([await has(true), await has(false)]).toEqual([1, 0]);
  });

  test("a message is answered as one, also where an item is asked for (MS-OXWSCDATA_R102000000, MS-OXWSCDATA_R19241)", async () => {
    const made = await ews.ask(
      `<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Item><t:Subject>i</t:Subject></t:Item></m:Items></m:CreateItem>`,
    );
    expect(all(made.body, "m:Items")[0]?.children[0]?.name).toBe("t:Message");
  });
});

describe("times of an answer", () => {
  const created = async (headers: string) => {
    const answered = await ews.ask(getXml([item], uris("item:DateTimeReceived")), { headers });
    return all(answered.body, "t:DateTimeReceived")[0]?.text;
  };

  test("have seconds or milliseconds (MS-OXWSCORE_R1670, MS-OXWSCORE_R1671, MS-OXWSCORE_R1162, MS-OXWSCORE_R1256, MS-OXWSCDATA_R1816, MS-OXWSCDATA_R132502)", async () => {
    const precision = (value: string) => `<t:DateTimePrecision>${value}</t:DateTimePrecision>`;
    expect(await created("")).toBe("2026-01-02T03:04:05Z");
    expect(await created(precision("Seconds"))).toBe("2026-01-02T03:04:05Z");
    expect(await created(precision("Milliseconds"))).toBe("2026-01-02T03:04:05.000Z");
  });

  test("are those of the time zone that the request names (MS-OXWSCORE_R361, MS-OXWSCORE_R2313)", async () => {
    const zone = (id: string) => `<t:TimeZoneContext><t:TimeZoneDefinition Id="${id}"/></t:TimeZoneContext>`;
    expect(await created(zone("Pacific Standard Time"))).toBe("2026-01-01T19:04:05-08:00");
    expect(await created(zone("India Standard Time"))).toBe("2026-01-02T08:34:05+05:30");
    const unknown = await ews.ask(getXml([item]), { headers: zone("Mars Standard Time") });
    expect(codes(unknown)).toEqual(["ErrorTimeZone"]);
  });
});
