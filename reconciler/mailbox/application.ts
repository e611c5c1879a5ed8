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

/** Gives the token to call Graph with; `renew` does not take the one that was refused. */
export type Token = (renew?: string) => Promise<string>;

/** Milliseconds before its end at which a token is not used any more. */
const margin = 5 * 60_000;

/** Keeps the token while it is good; everybody who asks meanwhile waits for the same one. @throws Fault WRONG_CREDENTIALS | UNAVAILABLE */
export function tokens(credential: TokenCredential, scope: string, now: () => number): Token {
  let held: { token: Promise<string>; until: number; value?: string } | undefined;
  const fetchToken = (): Promise<string> => {
    const next: typeof held = { token: Promise.resolve(""), until: Infinity };
    next.token = credential.getToken(scope).then(
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
  return (renew) =>
    held !== undefined && now() < held.until && (renew === undefined || held.value !== renew)
      ? held.token
      : fetchToken();
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
