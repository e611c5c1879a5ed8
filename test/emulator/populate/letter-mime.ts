import type { Correspondent, Letter } from "./letter.ts";

/** A letter as a message: CRLF, UTF-8, text beside HTML, an attachment around both. The same letter gives the same bytes. */
export function letterMime(letter: Letter): Uint8Array {
  const { from, to, cc, subject, at, messageId, inReplyTo, importance, attachment } = letter;
  const lines = [
    `From: ${mailbox(from)}`,
    `To: ${to.map(mailbox).join(", ")}`,
    ...(cc.length > 0 ? [`Cc: ${cc.map(mailbox).join(", ")}`] : []),
    `Subject: ${word(subject)}`,
    `Date: ${new Date(at).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: ${messageId}`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${inReplyTo}`, `References: ${inReplyTo}`]),
    ...(importance === "High" ? ["Importance: high"] : []),
    "MIME-Version: 1.0",
  ];
  const content = letter.html === undefined ? part("text/plain", letter.text) : alternative(letter);
  const whole =
    attachment === undefined
      ? content
      : multipart("mixed", [content, file(attachment.name, attachment.contentType, attachment.content)]);
  return Buffer.from(`${lines.join("\r\n")}\r\n${whole}`);
}

function alternative({ text, html = "" }: Letter): string {
  return multipart("alternative", [part("text/plain", text), part("text/html", html)]);
}

function part(type: string, content: string): string {
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}`;
}

function file(name: string, type: string, content: string): string {
  const encoded = Buffer.from(content).toString("base64");
  return `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`;
}

function multipart(kind: string, parts: string[]): string {
  const boundary = `=_${kind}_part`;
  const inside = parts.map((each) => `--${boundary}\r\n${each}\r\n`).join("");
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${inside}--${boundary}--\r\n`;
}

function mailbox({ name, address }: Correspondent): string {
  return `${/^[\w .]+$/.test(name) ? `"${name}"` : word(name)} <${address}>`;
}

function word(text: string): string {
  return /^[ -~]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
}
