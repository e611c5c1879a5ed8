/** Hostile mail, made when it is asked for: some of it is large. */
const head = (...more: string[]): string =>
  [
    "From: anna.weber@contoso.com",
    "To: carl@fabrikam.example",
    "Subject: Hello",
    "Message-ID: <m1@contoso.com>",
    "X-CodeTwoProcessed: true",
    "MIME-Version: 1.0",
    ...more,
  ].join("\r\n");
const html = (content: string): string =>
  `${head("Content-Type: text/html; charset=utf-8")}\r\n\r\n${content}`;

function nested(depth: number, type: string): string {
  const open = Array.from(
    { length: depth },
    (_, index) => `Content-Type: multipart/${type}; boundary="b${index}"\r\n\r\n--b${index}\r\n`,
  );
  return `${head()}\r\n${open.join("")}Content-Type: text/html\r\n\r\n<p>Hello Carl</p>\r\n`;
}

/** Each message by what is bad about it. */
export const hostile: Record<string, () => string | Buffer> = {
  "multiparts nested 1,000 deep": () => nested(1000, "mixed"),
  "alternatives nested 20,000 deep": () => nested(20_000, "alternative"),
  "messages attached 1,000 deep": () =>
    `${head()}\r\n${"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n".repeat(1000)}Content-Type: text/plain\r\n\r\nHello Carl\r\n`,
  "100,000 empty parts": () =>
    `${head('Content-Type: multipart/mixed; boundary="b"')}\r\n\r\n${"--b\r\n\r\n".repeat(100_000)}--b--\r\n`,
  "100,000 pictures of one Content-ID": () =>
    `${head('Content-Type: multipart/related; boundary="b"')}\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello Carl<img src="cid:a">\r\n${"--b\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\nx\r\n".repeat(100_000)}--b--\r\n`,
  "a header line of 100 MB": () => `${head(`X-Long: ${"x".repeat(100 * 2 ** 20)}`)}\r\n\r\nHello Carl`,
  "100 MB of header lines": () => `${head("X-Many: 1\r\n".repeat(10 * 2 ** 20))}\r\n\r\nHello Carl`,
  "a part with 30 MB of header lines": () =>
    `${head('Content-Type: multipart/mixed; boundary="b"')}\r\n\r\n--b\r\n${"X-Many: 1\r\n".repeat(3 * 2 ** 20)}\r\nHello Carl\r\n--b--\r\n`,
  "no empty line and no line break": () => "x".repeat(2 ** 20),
  nothing: () => "",
  "a From of a megabyte of words": () =>
    `${head().replace("anna.weber@contoso.com", `${"a ".repeat(2 ** 19)}<x`)}\r\n\r\nHello Carl`,
  "a million encoded words in the subject": () =>
    `${head(`Subject: ${"=?utf-8?B?w7w=?=\r\n ".repeat(50_000)}`)}\r\n\r\nHello Carl`,
  "a To of 100,000 nested groups": () =>
    `${head(`Cc: ${"g: ".repeat(100_000)}${"(".repeat(100_000)}`)}\r\n\r\nHello Carl`,
  "200,000 parameters of a Content-Type": () =>
    `${head(`Content-Type: text/html${"; name*0*=utf-8''%41".repeat(200_000)}`)}\r\n\r\n<p>Hello Carl`,
  "HTML nested a million deep": () => html("<div>".repeat(10 ** 6)),
  "HTML of a million unclosed tables": () => html("<table><tr><td>".repeat(300_000)),
  "HTML nested 350 deep": () => html(`${"<table><tr><td>".repeat(350)}<p>Hello Carl`),
  "scripts and handlers in HTML": () =>
    html(
      '<p onclick="x()">Hello Carl</p><script>throw 1</script><img src=x onerror=alert(1)><svg/onload=alert(1)>',
    ),
  "header lines within a Message-ID and a processing id": () =>
    head("X-CodeTwo-MessageID: 1\rX-Injected: 2\0\n\tBcc: evil@example.net").replace("<m1@", "<m1\r\n\t\0@") +
    "\r\n\r\nHello Carl",
  "HTML of unclosed tags": () => html("<a ".repeat(2 ** 20)),
  "HTML of unclosed comments": () => html("<!--".repeat(2 ** 20)),
  "HTML with 100,000 pictures": () => html('<img src="cid:a">'.repeat(10 ** 5)),
  "HTML of 17 million characters": () => html("x".repeat(17 * 2 ** 20)),
  "HTML with an entity of a megabyte": () => html(`&${"a".repeat(2 ** 20)};`),
  "a text of one line of 20 MB": () => `${head()}\r\n\r\n${"Hello Carl ".repeat(2 * 2 ** 20)}`,
  "a text of two million empty lines": () => `${head()}\r\n\r\n${"\r\n".repeat(2 * 10 ** 6)}`,
  "a text of ten million quotation marks": () => `${head()}\r\n\r\n${"> ".repeat(10 ** 7)}`,
  "base64 that is none": () =>
    `${head("Content-Type: text/html", "Content-Transfer-Encoding: base64")}\r\n\r\n${"=@!".repeat(2 ** 20)}`,
  "quoted-printable that is none": () =>
    `${head("Content-Type: text/html", "Content-Transfer-Encoding: quoted-printable")}\r\n\r\n${"=ZZ=".repeat(2 ** 20)}`,
  "an unknown charset": () =>
    `${head("Content-Type: text/html; charset=x-klingon")}\r\n\r\n<p>Hello Carl</p>`,
  "a charset that is a path": () =>
    `${head("Content-Type: text/html; charset=../../etc/passwd")}\r\n\r\n<p>Hello Carl</p>`,
  "a charset of JavaScript's own": () =>
    `${head("Content-Type: text/html; charset=__proto__")}\r\n\r\n<p>Hello Carl</p>`,
  "bytes that are no UTF-8": () =>
    Buffer.concat([
      Buffer.from(`${head("Content-Type: text/html; charset=utf-8")}\r\n\r\n<p>Hello Carl`),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x00]),
    ]),
  "UTF-16 of an odd number of bytes": () =>
    Buffer.concat([
      Buffer.from(`${head("Content-Type: text/plain; charset=utf-16")}\r\n\r\n`),
      Buffer.from([0xfe, 0xff, 0x00]),
    ]),
  "ISO-2022-JP that never ends its escape": () =>
    `${head("Content-Type: text/plain; charset=iso-2022-jp")}\r\n\r\n\u001b$B${"\u001b(".repeat(10_000)}`,
  "a boundary of a megabyte": () =>
    `${head(`Content-Type: multipart/mixed; boundary="${"b".repeat(2 ** 20)}"`)}\r\n\r\nHello Carl`,
  "no boundary": () => `${head("Content-Type: multipart/mixed")}\r\n\r\nHello Carl`,
  "lines that end with CR alone": () => `${head().replaceAll("\r\n", "\r")}\r\rHello Carl`,
  "NUL everywhere": () => `${head("X-Null: \0")}\r\n\r\n\0Hello\0Carl\0`.replaceAll("e", "e\0"),
  "lone surrogates and bidirectional marks": () =>
    html("<p>Hello \u202eCarl &#xD800; &#x10FFFF; &#99999999;</p>"),
  "a name of JavaScript's own for a header": () =>
    `${head("__proto__: x", "constructor: y", "toString: z")}\r\n\r\nHello Carl`,
};
