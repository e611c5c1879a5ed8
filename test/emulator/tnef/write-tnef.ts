import { readMime, type AttachmentContent, type MessageContent } from "../mime.ts";
import { compressRtf } from "./compress-rtf.ts";
import { htmlAsRtf, textAsRtf } from "./encapsulate.ts";
import { tags, uint32, writeProperties, type Property } from "./properties.ts";

const signature = 0x22_3e_9f_78;
/** Attributes by name ([MS-OXTNEF] 2.1.3.2): the number whose upper half is the type. */
const attributes = {
  version: 0x00_08_90_06,
  codepage: 0x00_06_90_07,
  messageClass: 0x00_07_80_08,
  priority: 0x00_04_80_0d,
  subject: 0x00_01_80_04,
  dateSent: 0x00_03_80_05,
  properties: 0x00_06_90_03,
  rendering: 0x00_06_90_02,
  title: 0x00_01_80_10,
  data: 0x00_06_80_0f,
  attachment: 0x00_06_90_05,
};
const levels = { message: 1, attachment: 2 };
const importances = { Low: 0, Normal: 1, High: 2 };
const sensitivities = { Normal: 0, Personal: 1, Private: 2, Confidential: 3 };
/** IID_IMessage, which goes before a message inside a message. */
const messageInterface = Buffer.from("0703020000000000c000000000000046", "hex");

/** A message as a TNEF stream ([MS-OXTNEF]): what its MIME says, its body as RTF, its attachments, messages inside it as well. */
export async function writeTnef(mime: Uint8Array): Promise<Buffer> {
  const content = await readMime(mime);
  const { subject, importance, sent, attachments } = content;
  const parts = [
    attribute(levels.message, attributes.version, uint32(0x00_01_00_00)),
    attribute(levels.message, attributes.codepage, Buffer.concat([uint32(1252), uint32(0)])),
    attribute(levels.message, attributes.messageClass, text("IPM.Microsoft Mail.Note")),
    attribute(levels.message, attributes.priority, uint16(3 - importances[importance])),
    attribute(levels.message, attributes.subject, text(subject)),
    ...(sent === undefined ? [] : [attribute(levels.message, attributes.dateSent, date(sent))]),
    attribute(levels.message, attributes.properties, writeProperties(messageProperties(content))),
  ];
  for (const each of attachments) parts.push(...(await attachment(each)));
  // The key that follows the signature names the stream within its message; any number but zero will do.
  return Buffer.concat([uint32(signature), uint16(1), ...parts]);
}

function messageProperties(content: MessageContent): Property[] {
  const { html, internetMessageId: id, sent } = content;
  const rtf = html === undefined ? textAsRtf(content.text ?? "") : htmlAsRtf(html);
  return [
    [tags.messageClass, content.itemClass],
    [tags.subject, content.subject],
    [tags.importance, importances[content.importance]],
    [tags.sensitivity, sensitivities[content.sensitivity]],
    ...(sent === undefined ? [] : [[tags.clientSubmitTime, new Date(sent)] as const]),
    ...(id === undefined
      ? []
      : ([
          [tags.internetMessageId, id],
          [tags.tnefCorrelationKey, Buffer.from(`${id}\0`)],
        ] as const)),
    [tags.internetCodepage, 65_001],
    [tags.nativeBody, html === undefined ? 1 : 3],
    [tags.rtfInSync, true],
    [tags.rtfCompressed, compressRtf(rtf)],
  ];
}

async function attachment(each: AttachmentContent): Promise<Buffer[]> {
  const { name, contentType, contentId, contentLocation, isItem, content } = each;
  const properties: Property[] = [
    [tags.attachLongFilename, name],
    [tags.attachMethod, isItem ? 5 : 1],
    [tags.renderingPosition, -1],
    ...(isItem ? [] : [[tags.attachMimeTag, contentType] as const]),
    ...(contentId === undefined ? [] : [[tags.attachContentId, contentId] as const]),
    ...(contentLocation === undefined ? [] : [[tags.attachContentLocation, contentLocation] as const]),
    ...(isItem
      ? [[tags.attachObject, Buffer.concat([messageInterface, await writeTnef(content)])] as const]
      : []),
  ];
  // A file (1) that is shown nowhere in the text (-1), without a picture of its own.
  const rendering = Buffer.concat([uint16(1), uint32(-1), Buffer.alloc(8)]);
  return [
    attribute(levels.attachment, attributes.rendering, rendering),
    attribute(levels.attachment, attributes.title, text(name)),
    ...(isItem ? [] : [attribute(levels.attachment, attributes.data, content)]),
    attribute(levels.attachment, attributes.attachment, writeProperties(properties)),
  ];
}

function attribute(level: number, id: number, data: Uint8Array): Buffer {
  let sum = 0;
  for (const byte of data) sum = (sum + byte) & 0xff_ff;
  return Buffer.concat([Buffer.of(level), uint32(id), uint32(data.length), data, uint16(sum)]);
}

/** Text in Latin script, for readers of the old attributes; the properties have it whole. */
function text(value: string): Buffer {
  return Buffer.from(`${value.replaceAll(/[^ -\u00ff]/gu, "?")}\0`, "latin1");
}

function date(at: number): Buffer {
  const when = new Date(at);
  return Buffer.concat(
    [
      when.getUTCFullYear(),
      when.getUTCMonth() + 1,
      when.getUTCDate(),
      when.getUTCHours(),
      when.getUTCMinutes(),
      when.getUTCSeconds(),
      when.getUTCDay(),
    ].map(uint16),
  );
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
