import { randomUUID } from "node:crypto";
import { escape } from "../escape.ts";

/** A signature: plain text with CRLF line ends, an HTML block, and the picture that the block refers to. */
export interface Signature {
  text: string;
  html: string;
  logo: { contentId: string; contentType: string; filename: string; content: Buffer };
}

/** For whom a version of a message is meant; each gets its own signature. */
export type Audience = "internal" | "external";

/** An 8 by 8 picture in the company's blue. */
const logo = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAABlBMVEUAeNT///8JeZWaAAAAC0lEQVQI12NgQAUAABAAAa1hZ0cAAAAASUVORK5CYII=",
  "base64",
);

/** The signature of a person as the service has it: name, address, company line and logo. */
export function signatureOf(name: string, address: string, audience: Audience): Signature {
  const contentId = `logo-${randomUUID()}@codetwo`;
  const line =
    audience === "external" ? "Contoso Ltd. · Hauptstraße 1 · 10115 Berlin" : "Contoso Ltd. (internal)";
  return {
    text: `-- \r\n${name}\r\n${line}\r\n${address}\r\n`,
    html:
      `<div class="signature"><p><b>${escape(name)}</b><br>${escape(line)}<br>` +
      `<a href="mailto:${escape(address).replaceAll('"', "&quot;")}">${escape(address)}</a></p>` +
      `<p><img src="cid:${contentId}" width="8" height="8" alt="Contoso"></p></div>`,
    logo: { contentId, contentType: "image/png", filename: "logo.png", content: logo },
  };
}
