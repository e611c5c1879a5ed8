import { randomUUID } from "node:crypto";

/** A message that somebody sent, as it lies in Sent Items and as the service returned it. */
export interface Letter {
  from: string;
  messageId: string;
  /** RFC 5322, as the mail client kept it. */
  original: string;
  /** RFC 5322, as it comes to the daemon. */
  stamped: string;
}

/** Something big beside the body: so many bytes of a file. */
export interface Extra {
  attached?: number;
}

const paragraph =
  '<p class="MsoNormal">A paragraph of a letter with <b>bold</b> words, a price of 1.250,00 &euro; and a <a href="https://contoso.com/">link</a>.</p>\r\n';
const signature =
  '<table><tr><td><b>Contoso Ltd.</b><br>Unter den Linden 1, Berlin<br><a href="https://contoso.com/">contoso.com</a></td></tr></table>';

/** Letters of about 10 KB, one after the other by these people. */
export function lettersOf(people: readonly string[], count: number, extra: Extra = {}): Letter[] {
  return Array.from({ length: count }, (_each, index) => letter(people[index % people.length] ?? "", extra));
}

function letter(from: string, { attached = 0 }: Extra): Letter {
  const messageId = `<${randomUUID()}@contoso.com>`;
  const text = paragraph.repeat(60);
  const head = [
    `From: ${from}`,
    "To: carl@fabrikam.example",
    "Subject: A letter",
    `Message-ID: ${messageId}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    "MIME-Version: 1.0",
  ];
  const html = (body: string): string[] => [
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    lines(Buffer.from(`<html><head></head><body>${body}</body></html>`)),
  ];
  const file = attached === 0 ? undefined : `${"A".repeat(76)}\r\n`.repeat(Math.ceil(attached / 57));
  // Made when it is asked for: fifty of 25 MB need not be there at once.
  const mime = (more: string[], body: string): string =>
    [
      ...head,
      ...more,
      ...(file === undefined
        ? html(body)
        : [
            'Content-Type: multipart/mixed; boundary="=_mixed"',
            "",
            "--=_mixed",
            ...html(body),
            "--=_mixed",
            'Content-Type: application/octet-stream; name="large.bin"',
            'Content-Disposition: attachment; filename="large.bin"',
            "Content-Transfer-Encoding: base64",
            "",
            file,
            "--=_mixed--",
            "",
          ]),
    ].join("\r\n");
  return {
    from,
    messageId,
    get original() {
      return mime([], text);
    },
    get stamped() {
      return mime(["X-CodeTwoProcessed: true"], `${text}${signature}`);
    },
  };
}

function lines(content: Buffer): string {
  return `${content.toString("base64").replaceAll(/.{76}/g, "$&\r\n")}\r\n`;
}
