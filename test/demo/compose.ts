import { generateKeyPairSync } from "node:crypto";
import { promisify } from "node:util";
import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type Mail from "nodemailer/lib/mailer/index.js";
import forge from "node-forge";

/** RFC 5322 bytes of a message, as a mail client would put it on the wire. */
export async function compose(mail: Mail.Options): Promise<Buffer> {
  const node = new MailComposer(mail).compile();
  return promisify(node.build.bind(node))();
}

/** An invitation as Outlook sends it: RFC 5546 REQUEST, for the next day at nine. */
export async function invitation(
  mail: Mail.Options & { from: string; to: string },
  now: Date,
): Promise<Buffer> {
  const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
  const start = now.getTime() + 86_400_000;
  const content = [
    "BEGIN:VCALENDAR",
    "PRODID:-//Sent Items Update//Demo//EN",
    "VERSION:2.0",
    "METHOD:REQUEST",
    "BEGIN:VEVENT",
    `UID:${mail.messageId ?? stamp(start)}`,
    `DTSTAMP:${stamp(now.getTime())}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + 1_800_000)}`,
    `SUMMARY:${mail.subject ?? ""}`,
    `ORGANIZER:mailto:${mail.from}`,
    `ATTENDEE;RSVP=TRUE:mailto:${mail.to}`,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
  return compose({ ...mail, icalEvent: { method: "REQUEST", content } });
}

/** The same message signed with S/MIME (RFC 8551, multipart/signed) by a key made for it. */
export async function signed(mail: Mail.Options & { from: string }): Promise<Buffer> {
  const whole = (await compose(mail)).toString("latin1");
  const split = whole.indexOf("\r\n\r\n");
  const headers = whole.slice(0, split).split(/\r\n(?![ \t])/);
  const isContent = (header: string): boolean => /^content-/i.test(header);
  const content = `${headers.filter(isContent).join("\r\n")}\r\n\r\n${whole.slice(split + 4)}`;
  const boundary = "----siu-signed";
  const envelope = headers.filter((header) => !isContent(header));
  return Buffer.from(
    [
      ...envelope,
      `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="${boundary}"`,
      "",
      `--${boundary}`,
      content,
      `--${boundary}`,
      'Content-Type: application/pkcs7-signature; name="smime.p7s"',
      "Content-Transfer-Encoding: base64",
      'Content-Disposition: attachment; filename="smime.p7s"',
      "",
      (signature(content, mail.from).match(/.{1,76}/g) ?? []).join("\r\n"),
      `--${boundary}--`,
      "",
    ].join("\r\n"),
    "latin1",
  );
}

/** A detached CMS signature, base64, over the content as it stands in the message. */
function signature(content: string, address: string): string {
  const pair = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const subject = [{ name: "commonName", value: address }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  const key = forge.pki.privateKeyFromPem(pair.privateKey);
  certificate.sign(key, forge.md.sha256.create());
  const cms = forge.pkcs7.createSignedData();
  cms.content = forge.util.createBuffer(content);
  cms.addCertificate(certificate);
  cms.addSigner({
    key,
    certificate,
    digestAlgorithm: String(forge.pki.oids["sha256"]),
    authenticatedAttributes: [
      { type: String(forge.pki.oids["contentType"]), value: String(forge.pki.oids["data"]) },
      { type: String(forge.pki.oids["messageDigest"]) },
      { type: String(forge.pki.oids["signingTime"]) },
    ],
  });
  cms.sign({ detached: true });
  return forge.util.encode64(forge.asn1.toDer(cms.toAsn1()).getBytes());
}
