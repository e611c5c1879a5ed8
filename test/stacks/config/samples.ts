import { parseDocument } from "yaml";
import { type LoadedConfig, parseConfig } from "../../../stacks/config/load.ts";
import { ConfigError, type Path, problemText } from "../../../stacks/config/problem.ts";

/** A hybrid organization with everything that this version can do. */
export const hybrid = `environment: hybrid
organization:
  domain: contoso.com
  tenant: contoso.onmicrosoft.com
  tenantId: 5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10
status: on
connections:
  onPremises:
    autodiscover: true
    admin:
      via: rest
      url: https://mail01.contoso.com/admin
      username: admin@contoso.com
      password: \${env:ADMIN_PASSWORD}
  online:
    admin:
      via: rest
      clientId: 0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e
      clientSecret: \${env:CLIENT_SECRET}
serviceAccount:
  upn: siu@contoso.com
  password: \${file:/etc/siu/password}
signatureService:
  preset: codetwo
  subdomain: contoso
senderScopes:
  signatures:
    group: signatures@contoso.com
transportRules:
  - preset: signatures
    scope: signatures
intake:
  via: connector
  address: stamped@siu.contoso.com
  smartHost: siu.contoso.com
  listen:
    key: \${file:/etc/siu/key.pem}
    certificate: \${file:/etc/siu/certificate.pem}
connectors:
  outbound:
    validationRecipient: postmaster@fabrikam.example
`;

/** An organization with servers of its own, whose account is created. */
export const onPremises = `environment: onPremises
organization:
  domain: contoso.com
connections:
  onPremises:
    server: mail01.contoso.com
    admin:
      via: rest
      url: https://mail01.contoso.com/admin
      username: admin@contoso.com
      password: \${env:ADMIN_PASSWORD}
serviceAccount:
  create: true
`;

/** One edit of a text: a path and its new value; undefined takes the key away. */
export type Edit = readonly [path: Path, value: unknown];

/** The text with some values changed. */
export function edited(text: string, ...edits: readonly Edit[]): string {
  const document = parseDocument(text);
  for (const [path, value] of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}

/** The loaded configuration of a text that has to be right. */
export function load(text: string): LoadedConfig {
  return parseConfig(text, { file: "org.yaml" });
}

/** What is wrong with a text, one line for each mistake; empty when nothing is. */
export function mistakes(text: string): string[] {
  try {
    load(text);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(problemText);
  }
}
