import { isIP } from "node:net";
import type { NamedCertificate } from "../certificates.ts";
import type { Lint } from "../lint.ts";

/** Milliseconds: an authority may need so long to issue a new one. */
const soon = 30 * 86_400_000;

/** Certificates of the file, and those that listeners showed. */
export const certificates = {
  SIU030: {
    severity: "error",
    title: "A certificate is not valid now",
    find: ({ certificates, now }) =>
      certificates
        .filter((each) => until(each) < now || from(each) > now)
        .map((each) =>
          until(each) < now
            ? `The certificate ${each.what} expired on ${day(until(each))}. Replace it: Exchange stops handing mail to a listener whose certificate is not valid, and sign-in with one is refused.`
            : `The certificate ${each.what} is valid only from ${day(from(each))}. Use one that is valid now.`,
        ),
  },
  SIU031: {
    severity: "warning",
    title: "A certificate expires soon",
    find: ({ certificates, now }) =>
      certificates
        .filter((each) => until(each) >= now && until(each) < now + soon)
        .map((each) => `The certificate ${each.what} expires on ${day(until(each))}. Replace it before.`),
  },
  SIU032: {
    severity: "error",
    title: "A listener's certificate has another name",
    find: ({ certificates }) =>
      certificates
        .filter(({ certificate, name }) => name !== undefined && !carries(certificate, name))
        .map(
          ({ what, certificate, name }) =>
            `The certificate ${what} is for ${certificate.subjectAltName ?? certificate.subject}, and whoever connects demands '${String(name)}': nothing would be handed over. Get one with that name.`,
        ),
  },
} satisfies Record<string, Lint>;

function carries(certificate: NamedCertificate["certificate"], name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name);
  return found !== undefined;
}

function until({ certificate }: NamedCertificate): number {
  return certificate.validToDate.getTime();
}

function from({ certificate }: NamedCertificate): number {
  return certificate.validFromDate.getTime();
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
