import { X509Certificate } from "node:crypto";
import type { Config } from "../../stacks/config/types.ts";
import { Fault } from "../exchange/errors.ts";
import type { Or } from "./unread.ts";

/** A certificate of this stack, and what the file calls it. */
export interface NamedCertificate {
  what: string;
  certificate: X509Certificate;
  /** The name that it has to carry, where that matters here. */
  name?: string;
}

/** Every certificate that the file refers to and that this machine can read. `resolved`: a text by its reference. */
export async function certificateFacts(
  config: Config,
  resolved: (reference: string) => string,
  or: Or,
): Promise<NamedCertificate[]> {
  const reads = certificatesIn(config).map(({ reference, ...named }) =>
    or<NamedCertificate[]>([], named.what, async () => [
      { ...named, certificate: parsed(resolved(reference)) },
    ]),
  );
  return (await Promise.all(reads)).flat();
}

/** @throws Fault REJECTED */
function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new Fault("REJECTED", "It is no certificate in PEM form (-----BEGIN CERTIFICATE-----).", { cause });
  }
}

/** References of the file's certificates. Pure. */
function certificatesIn(config: Config): { what: string; name?: string; reference: string }[] {
  const { connections, serviceAccount, intake = [] } = config;
  const listeners = [intake].flat().flatMap((way, index) => {
    const path = `intake${index === 0 ? "" : `[${index}]`}`;
    if (way.via !== "mailbox") {
      const named = way.via === "relay" ? {} : { name: way.smartHost };
      return [{ what: `${path}.listen.certificate`, reference: way.listen.certificate, ...named }];
    }
    const { publicUrl, listen } = way.webhook ?? {};
    if (publicUrl === undefined || listen?.certificate === undefined) return [];
    const what = `${path}.webhook.listen.certificate`;
    return [{ what, reference: listen.certificate, name: new URL(publicUrl).hostname }];
  });
  const others: [string, string | undefined][] = [
    ["connections.certificateAuthority", connections.certificateAuthority],
    ["connections.online.admin.certificate", connections.online?.admin.certificate?.certificate],
    ["serviceAccount.application.certificate", serviceAccount.application?.certificate?.certificate],
  ];
  return [
    ...listeners,
    ...others.flatMap(([what, reference]) => (reference === undefined ? [] : [{ what, reference }])),
  ];
}
