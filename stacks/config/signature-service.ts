import type { Config, SignatureService } from "./types.ts";

/** What is known of the service that stamps mail, whichever preset it comes from. */
export interface ServiceNames {
  smartHost: string;
  /** On the relay's server certificate; the outbound connector checks it. */
  serverCertificateName: string;
  /** On the relay's client certificate when it returns mail; the inbound connector checks it. */
  clientCertificateName: string;
  /** Header with the value `true` on stamped mail. */
  processedHeader: string;
  /** Header that identifies one processing. */
  processingIdHeader?: string;
}

/** Headers of CodeTwo's products, on-premises and online. */
export const codetwoHeaders = {
  processedHeader: "X-CodeTwoProcessed",
  processingIdHeader: "X-CodeTwo-MessageID",
} as const;

/** Names of a signature service as its manual has them. */
export function serviceNames(service: SignatureService): ServiceNames {
  if (service.preset === "custom") {
    const { preset: _, ...names } = service;
    return names;
  }
  const host = `${service.subdomain}.${service.region === "germany" ? "de-smtp" : "smtp"}.codetwo.online`;
  return {
    smartHost: host,
    serverCertificateName: "*.codetwo.com",
    clientCertificateName: host,
    ...codetwoHeaders,
  };
}

/** The service as the connectors are to use it, with their overrides; undefined where no service is configured. */
export function connectorNames({ signatureService, connectors }: Config): ServiceNames | undefined {
  if (signatureService === undefined) return undefined;
  const names = serviceNames(signatureService);
  return {
    ...names,
    smartHost: connectors.outbound.smartHost ?? names.smartHost,
    serverCertificateName: connectors.outbound.certificateName ?? names.serverCertificateName,
    clientCertificateName: connectors.inbound.certificateName ?? names.clientCertificateName,
  };
}
