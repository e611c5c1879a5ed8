import { decompressRTF } from "@kenjiuno/decompressrtf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compressRtf } from "./compress-rtf.ts";
import { writeTnef } from "./write-tnef.ts";

/** Everything in a stream, by the specification alone: attributes by level and number, with every checksum held to. */
function attributesOf(stream: Buffer): { level: number; id: number; data: Buffer }[] {
  expect(stream.readUInt32LE(0)).toBe(0x22_3e_9f_78);
  expect(stream.readUInt16LE(4)).not.toBe(0);
  const found: { level: number; id: number; data: Buffer }[] = [];
  let at = 6;
  while (at < stream.length) {
    const length = stream.readUInt32LE(at + 5);
    const data = stream.subarray(at + 9, at + 9 + length);
    expect(stream.readUInt16LE(at + 9 + length)).toBe(data.reduce((sum, byte) => (sum + byte) % 65_536, 0));
    found.push({ level: stream.readUInt8(at), id: stream.readUInt32LE(at + 1), data });
    at += 9 + length + 2;
  }
  expect(at).toBe(stream.length);
  return found;
}

/** Properties of an attribute by tag; all types that are written here. */
function propertiesOf(data: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 4;
  for (let left = data.readUInt32LE(0); left > 0; left--) {
    const type = data.readUInt16LE(at);
    const tag = data.readUInt16LE(at + 2) * 65_536 + type;
    at += 4;
    const sized = [0x1f, 0x1_02, 0x0d].includes(type);
    const length = sized ? data.readUInt32LE(at + 4) : type === 0x40 ? 8 : 4;
    if (sized) {
      expect(data.readUInt32LE(at)).toBe(1);
      at += 8;
    }
    found.set(tag, data.subarray(at, at + length));
    at += Math.ceil(length / 4) * 4;
  }
  expect(at).toBe(data.length);
  return found;
}

const wide = (bytes: Buffer | undefined): string =>
  (bytes ?? Buffer.of()).toString("utf16le").replace(/\0$/, "");
const rtfOf = (properties: Map<number, Buffer>): string =>
  Buffer.from(decompressRTF([...(properties.get(0x10_09_01_02) ?? [])])).toString("latin1");
const mail = (type: string, body: string, more: string[] = []): Buffer =>
  Buffer.from(
    [
      "From: anna@contoso.com",
      "Subject: =?utf-8?B?R3LDvMOfZSDwn4yn?=",
      "Message-ID: <one@contoso.com>",
      "Date: Sun, 22 Nov 2026 13:45:07 +0100",
      "Importance: high",
      "MIME-Version: 1.0",
      ...more,
      `Content-Type: ${type}`,
      "",
      body,
    ].join("\r\n"),
  );

test("the attributes come in the specified order, with version, code page and class first", async () => {
  const attributes = attributesOf(await writeTnef(mail("text/plain", "Hello")));
  expect(attributes.map(({ level, id }) => [level, id.toString(16)])).toEqual([
    [1, "89006"],
    [1, "69007"],
    [1, "78008"],
    [1, "4800d"],
    [1, "18004"],
    [1, "38005"],
    [1, "69003"],
  ]);
  const [version, codepage, messageClass, priority, , date] = attributes.map(({ data }) => data);
  expect(version?.readUInt32LE()).toBe(0x1_00_00);
  expect(codepage?.readUInt32LE()).toBe(1252);
  expect(messageClass?.toString("latin1")).toBe("IPM.Microsoft Mail.Note\0");
  expect(priority?.readUInt16LE()).toBe(1);
  expect([0, 2, 4, 6, 8, 10, 12].map((at) => date?.readUInt16LE(at))).toEqual([2026, 11, 22, 12, 45, 7, 0]);
});

test("the properties say what the message's header says", async () => {
  const attributes = attributesOf(await writeTnef(mail("text/plain", "Hello", ["Sensitivity: Private"])));
  const properties = propertiesOf(attributes.at(-1)?.data ?? Buffer.of());
  expect(wide(properties.get(0x37_00_1f))).toBe("Grüße 🌧");
  expect(wide(properties.get(0x1a_00_1f))).toBe("IPM.Note");
  expect(wide(properties.get(0x10_35_00_1f))).toBe("<one@contoso.com>");
  expect(properties.get(0x7f_01_02)?.toString()).toBe("<one@contoso.com>\0");
  expect(properties.get(0x17_00_03)?.readUInt32LE()).toBe(2);
  expect(properties.get(0x36_00_03)?.readUInt32LE()).toBe(2);
  const submitted = properties.get(0x39_00_40)?.readBigUInt64LE() ?? 0n;
  expect(Number(submitted / 10_000n) - 11_644_473_600_000).toBe(Date.parse("2026-11-22T12:45:07Z"));
});

test("a text body is RTF made from text, an HTML body RTF from which the HTML can be had back", async () => {
  const text = attributesOf(await writeTnef(mail("text/plain; charset=utf-8", "a {b} \\ ü\r\nc")));
  const plain = rtfOf(propertiesOf(text.at(-1)?.data ?? Buffer.of()));
  expect(plain).toMatch(/^\{\\rtf1\\ansi\\ansicpg1252\\fromtext /);
  expect(plain).toContain("a \\{b\\} \\\\ \\u252?\\par\r\nc");
  const source = '<html><body><p class="x">Gr&uuml;n &amp; <b>b{}</b></p>\r\n</body></html>';
  const html = attributesOf(await writeTnef(mail("text/html; charset=utf-8", source)));
  const rich = rtfOf(propertiesOf(html.at(-1)?.data ?? Buffer.of()));
  expect(rich).toMatch(/^\{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 /);
  expect(rich).toContain('{\\*\\htmltag64 <p class="x">}');
  expect(rich).toContain("{\\*\\htmltag64 &amp;}\\htmlrtf &\\htmlrtf0 ");
  expect(rich).toContain("{\\*\\htmltag64 <b>}b\\{\\}{\\*\\htmltag64 </b>}");
});

test("files and messages inside travel as attachments, with their names, ids and bytes", async () => {
  const inner = mail("text/plain", "Inside").toString("latin1");
  const parts = [
    "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n",
    '--b\r\nContent-Type: image/png; name="=?utf-8?B?TG9nw7MucG5n?="\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n',
    `--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n`,
  ];
  const attributes = attributesOf(
    await writeTnef(mail("multipart/mixed; boundary=b", `${parts.join("")}--b--\r\n`)),
  );
  const attached = attributes.filter(({ level }) => level === 2);
  expect(attached.map(({ id }) => id.toString(16))).toEqual([
    "69002",
    "18010",
    "6800f",
    "69005",
    "69002",
    "18010",
    "69005",
  ]);
  expect(attached[2]?.data).toEqual(Buffer.from("iVBORw0KGgo=", "base64"));
  const file = propertiesOf(attached[3]?.data ?? Buffer.of());
  expect(wide(file.get(0x37_07_00_1f))).toBe("Logó.png");
  expect(wide(file.get(0x37_12_00_1f))).toBe("<logo>".slice(1, -1));
  expect(wide(file.get(0x37_0e_00_1f))).toBe("image/png");
  expect(file.get(0x37_05_00_03)?.readUInt32LE()).toBe(1);
  const message = propertiesOf(attached[6]?.data ?? Buffer.of());
  expect(message.get(0x37_05_00_03)?.readUInt32LE()).toBe(5);
  const object = message.get(0x37_01_00_0d) ?? Buffer.of();
  expect(object.subarray(0, 16).toString("hex")).toBe("0703020000000000c000000000000046");
  const nested = propertiesOf(attributesOf(object.subarray(16)).at(-1)?.data ?? Buffer.of());
  expect(wide(nested.get(0x37_00_1f))).toBe("Grüße 🌧");
  expect(rtfOf(nested)).toContain("Inside");
});

test("compressed RTF comes out of another's decompressor as it went in, whatever its bytes", () => {
  const pieces = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom("{\\rtf1\\ansi", "\\par\r\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
        .map((each) => Buffer.from(each)),
    ),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(pieces, (given) => {
      const rtf = Buffer.concat(given);
      expect(Buffer.from(decompressRTF([...compressRtf(rtf)]))).toEqual(rtf);
    }),
    { numRuns: 60 },
  );
  const long = Buffer.from("The quick brown fox jumps over the lazy dog. ".repeat(400));
  expect(compressRtf(long).length).toBeLessThan(long.length / 3);
});
