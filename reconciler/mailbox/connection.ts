import { X509Certificate } from "node:crypto";
import { getCACertificates, createSecureContext } from "node:tls";
import { gunzip } from "node:zlib";
import { promisify } from "node:util";
import { Fault } from "../fault.ts";
import type { SecureContext } from "node:tls";
import type { Dispatcher } from "undici";

/** Trusts what the system trusts and, where given, one more authority (PEM, several in a row too). @throws Fault BAD_SETTINGS */
export function trust(certificateAuthority: string | undefined): SecureContext {
  const system = getCACertificates("default");
  if (certificateAuthority === undefined) return createSecureContext({ ca: system });
  try {
    // The context itself passes over text without a certificate.
    void new X509Certificate(certificateAuthority);
    return createSecureContext({ ca: [...system, certificateAuthority] });
  } catch (cause) {
    throw new Fault("BAD_SETTINGS", "certificateAuthority is not a certificate in PEM form.", { cause });
  }
}

/** The URL as a value. @throws Fault BAD_SETTINGS for anything but https, which would show the password */
export function httpsUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" && url.username === "") return url;
  throw new Fault(
    "BAD_SETTINGS",
    `'${text}' is not an https URL like https://mail.contoso.com/EWS/Exchange.asmx or https://graph.microsoft.com.`,
  );
}

const unzip = promisify(gunzip);

/** The text of an answer, unpacked. @throws RangeError when it is longer than `limit` bytes */
export async function answerText(response: Dispatcher.ResponseData, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limit) throw new RangeError("answer too large");
    chunks.push(bytes);
  }
  const whole = Buffer.concat(chunks);
  const packed = response.headers["content-encoding"] === "gzip";
  return (packed ? await unzip(whole, { maxOutputLength: limit }) : whole).toString("utf8");
}
