import type { Settings } from "../../stacks/config/types.ts";

/** One dot, a PNG. */
export const dot = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Parts of a stamped message that a test wants to have its own way. */
export interface Stamped {
  messageId?: string;
  from?: string;
  html?: string | undefined;
  text?: string;
  /** Content-IDs of inline pictures. */
  pictures?: string[];
  /** Further header lines. */
  headers?: string[];
  /** Replaces body and its Content-Type: header lines of the part, an empty line, content. */
  content?: string;
}

/** A stamped message as the relay returns it: multipart/related of multipart/alternative and pictures. */
export function stamped(parts: Stamped = {}): Buffer {
  const {
    messageId = "<m1@contoso.com>",
    from = "anna.weber@contoso.com",
    pictures = [],
    headers = [],
  } = parts;
  const { text = "Hello Carl\r\n\r\n--\r\nAnna Weber, Contoso" } = parts;
  const html = "html" in parts ? parts.html : "<p>Hello Carl</p><p>Anna Weber, <b>Contoso</b></p>";
  const alternative = [
    ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", base64(text)],
    ...(html === undefined
      ? []
      : [["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "", base64(html)]]),
  ];
  const images = pictures.map((cid) => [
    `Content-Type: image/png; name="${cid}.png"`,
    `Content-ID: <${cid}>`,
    "Content-Disposition: inline",
    "Content-Transfer-Encoding: base64",
    "",
    dot.toString("base64"),
  ]);
  const content =
    parts.content ??
    multipart("related", [
      multipart(
        "alternative",
        alternative.map((lines) => lines.join("\r\n")),
      ),
      ...images.map((lines) => lines.join("\r\n")),
    ]);
  return Buffer.from(
    [
      `From: ${from}`,
      "To: carl@fabrikam.example",
      "Subject: Hello",
      ...(messageId === "" ? [] : [`Message-ID: ${messageId}`]),
      "X-CodeTwoProcessed: true",
      ...headers,
      "MIME-Version: 1.0",
      content,
    ].join("\r\n"),
  );
}

/** A multipart of given parts, beginning with its Content-Type line. */
export function multipart(type: string, parts: string[], parameters = ""): string {
  const boundary = `=_${type.replaceAll("/", "-")}`;
  return [
    `Content-Type: multipart/${type}; boundary="${boundary}"${parameters}`,
    "",
    ...parts.flatMap((part) => [`--${boundary}`, part]),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}

/** Settings that take every message at once. */
export function settings(change: Partial<Settings> = {}): Settings {
  return {
    version: 1,
    status: "on",
    organization: {
      domain: "contoso.com",
      acceptedDomains: [],
      tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
    },
    mailboxes: {
      onPremises: {
        ewsUrl: "https://localhost/EWS/Exchange.asmx",
        account: { upn: "siu@contoso.com", password: "${env:PASSWORD}" },
      },
    },
    senders: { include: "all", users: [], groups: [] },
    keepOriginal: false,
    recreateLocked: true,
    whenEdited: "skip",
    splitMessages: { enabled: false, saveAll: false, keep: "first" },
    processedHeader: "X-CodeTwoProcessed",
    processingIdHeader: "X-CodeTwo-MessageID",
    settleDelaySeconds: 0,
    deadlineSeconds: 3600,
    ...change,
  };
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
