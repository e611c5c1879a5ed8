import {
  ClientCertificateCredential,
  ClientSecretCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  type TokenCredentialOptions,
  WorkloadIdentityCredential,
} from "@azure/identity";
import { Fault } from "../fault.ts";

/** How the application signs in to the tenant. */
export interface SignIn {
  tenantId: string;
  clientId: string;
  proof: Proof;
  /** `https://login.microsoftonline.com`, or that of a national cloud. */
  authority: string;
  /** PEM of an authority that the system does not know, where tokens come from one. */
  certificateAuthority?: string;
}

/**
 * A secret; a certificate with its key (PEM, both); the identity of the machine of Azure that this runs on, its own or the one
 * that `clientId` names; or the file with a workload's token, which is read anew for each sign-in.
 */
export type Proof =
  | { clientSecret: string }
  | { key: string; certificate: string }
  | { managedIdentity: "systemAssigned" | "userAssigned" }
  | { federatedTokenFile: string };

/** The application as the Azure SDK knows it. */
export function credentialOf(signIn: SignIn): TokenCredential {
  const { tenantId, clientId, proof, authority, certificateAuthority } = signIn;
  const options: TokenCredentialOptions & { disableInstanceDiscovery: boolean } = {
    authorityHost: authority,
    // The library would ask Microsoft's own host whether it knows the authority.
    disableInstanceDiscovery: !new URL(authority).hostname.endsWith(".microsoftonline.com"),
    ...(certificateAuthority === undefined ? {} : { tlsOptions: { ca: certificateAuthority } }),
  };
  if ("clientSecret" in proof)
    return new ClientSecretCredential(tenantId, clientId, proof.clientSecret, options);
  if ("managedIdentity" in proof)
    return new ManagedIdentityCredential(proof.managedIdentity === "userAssigned" ? { clientId } : {});
  if ("federatedTokenFile" in proof) {
    const tokenFilePath = proof.federatedTokenFile;
    return new WorkloadIdentityCredential({ ...options, tenantId, clientId, tokenFilePath });
  }
  const certificate = `${proof.key.trim()}\n${proof.certificate}`;
  return new ClientCertificateCredential(tenantId, clientId, { certificate }, options);
}

/** A token that a server took no more, and what it wants of the next one (JSON), where it says so. */
export interface Refused {
  token: string;
  claims?: string | undefined;
}

/** Gives the token to ask with, a fresh one after a refusal. @throws Fault WRONG_CREDENTIALS | UNAVAILABLE */
export type Token = (refused?: Refused) => Promise<string>;

/**
 * What a refusal's WWW-Authenticate wants of the next token: the challenge of continuous access evaluation.
 * https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function claimsOf(authenticate: string | undefined): string | undefined {
  const [, claims] = /\bclaims="([^"]+)"/.exec(authenticate ?? "") ?? [];
  return claims === undefined ? undefined : Buffer.from(claims, "base64").toString("utf8");
}

/** Milliseconds before its end at which a token is not used any more. */
const margin = 5 * 60_000;

/**
 * Keeps the token while it is good; everybody who asks meanwhile waits for the same one. Tokens are asked for as by one who understands
 * challenges, so they live for a day, and end at once when they are revoked. `open` makes a credential that remembers no token.
 */
export function tokens(open: () => TokenCredential, scope: string, now: () => number): Token {
  let credential = open();
  let held: { token: Promise<string>; until: number; value?: string } | undefined;
  const fetchToken = (claims?: string): Promise<string> => {
    const next: typeof held = { token: Promise.resolve(""), until: Infinity };
    next.token = credential
      .getToken(scope, { enableCae: true, ...(claims !== undefined && { claims }) })
      .then(
        (answer) => {
          if (answer === null)
            throw new Fault("WRONG_CREDENTIALS", "The login gave no token to the application.");
          next.until = answer.refreshAfterTimestamp ?? answer.expiresOnTimestamp - margin;
          return (next.value = answer.token);
        },
        (error: unknown) => {
          held = undefined;
          throw signInFault(error);
        },
      );
    held = next;
    return next.token;
  };
  return (refused) => {
    if (held !== undefined && now() < held.until && (refused === undefined || held.value !== refused.token))
      return held.token;
    // Without a word of what is wrong with it, the library would give the same token again.
    if (refused !== undefined && refused.claims === undefined) credential = open();
    return fetchToken(refused?.claims);
  };
}

const federated = "Add a federated credential with the token's issuer, subject and audience to it in Entra.";

/** What a refused sign-in means. Entra's texts begin with a number: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function signInFault(cause: unknown): Fault {
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = /AADSTS\d+/.exec(text)?.[0];
  if (code === undefined) {
    return new Fault(
      "UNAVAILABLE",
      "The login cannot be reached, or knows no such tenant; it is tried again. Check organization.tenantId; where no secret is configured, that this machine of Azure has a managed identity, or that federatedTokenFile is there.",
      {
        cause,
      },
    );
  }
  const says =
    {
      AADSTS7000215: "The client secret is wrong: check that it is the secret's value, not its id.",
      AADSTS7000222: "The client secret has expired: make a new one in Entra and set it.",
      AADSTS700016: "The tenant has no application with this client id.",
      AADSTS70021: `The application does not trust this workload. ${federated}`,
      AADSTS700211: `The application does not know the workload's issuer. ${federated}`,
      AADSTS700213: `The application does not trust this workload. ${federated}`,
      AADSTS700027: "The certificate is not one of the application's: upload it in Entra.",
    }[code] ?? "Check tenant id, client id and the application's secret or certificate.";
  return new Fault("WRONG_CREDENTIALS", `The login refused the application. ${says} (${code})`, { cause });
}
