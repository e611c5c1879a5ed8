/** What rules look at in an attached file. */
export interface Attached {
  name: string;
  /** Bytes. */
  size: number;
  /** What it says, of text files; the first megabyte. */
  text?: string;
  executable: boolean;
  /** A password is needed to look inside. */
  locked: boolean;
  /** Exchange does not look inside files of this kind. */
  unsupported: boolean;
}

const inspected = 1_048_576;
const programs = "exe dll com scr sys bat cmd msi msp vbs js jar ps1 pif cpl hta obj lib vxd".split(" ");
const texts = "txt csv htm html xml log md json ics eml rtf ps1 js vbs bat cmd".split(" ");
const documents =
  "doc docx docm dot dotx xls xlsx xlsm xlsb ppt pptx pptm pps ppsx vsd vsdx one pub msg odt ods odp pdf zip cab".split(
    " ",
  );

/** Reads an attached file as far as Exchange's rules do. */
export function attachedOf(name: string, contentType: string, content: Buffer): Attached {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const isText = contentType.startsWith("text/") || texts.includes(extension);
  return {
    name,
    size: content.length,
    ...(isText ? { text: content.toString("utf8", 0, inspected) } : {}),
    executable: isProgram(content) || programs.includes(extension),
    locked: isLocked(content),
    unsupported: !isText && contentType !== "message/rfc822" && !documents.includes(extension),
  };
}

/** Windows, Linux, Apple and Java programs by their first bytes. */
function isProgram(content: Buffer): boolean {
  const start = content.toString("latin1", 0, 4);
  return (
    start.startsWith("MZ") ||
    ["\u007fELF", "\u00ca\u00fe\u00ba\u00be", "\u00cf\u00fa\u00ed\u00fe"].includes(start)
  );
}

/** ZIP archives with an encrypted file, Office files in an encrypted package, PDF files with an encryption dictionary. */
function isLocked(content: Buffer): boolean {
  const start = content.toString("latin1", 0, 4);
  if (start === "PK\u0003\u0004") return (content.readUInt16LE(6) & 1) === 1;
  if (start === "\u00d0\u00cf\u0011\u00e0")
    return content.includes(Buffer.from("EncryptedPackage", "utf16le"));
  return start === "%PDF" && content.includes("/Encrypt");
}
