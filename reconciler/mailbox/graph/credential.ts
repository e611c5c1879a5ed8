import {
  ClientCertificateCredential,
  ClientSecretCredential,
  type TokenCredential,
  type TokenCredentialOptions,
} from "@azure/identity";
import { Fault } from "../../fault.ts";

/** How the application signs in to the tenant. */
export interface SignIn {
  tenantId: string;
  clientId: string;
  /** Either a secret, or a certificate with its key (PEM, both). */
  proof: { clientSecret: string } | { key: string; certificate: string };
  /** `https://login.microsoftonline.com`, or that of a national cloud. */
  authority: string;
  /** PEM of an authority that the system does not know, where tokens come from one. */
  certificateAuthority?: string;
}

/** The application as the Azure SDK knows it. */
export function credentialOf(signIn: SignIn): TokenCredential {
  const { tenantId, clientId, proof, authority, certificateAuthority } = signIn;
  const options: TokenCredentialOptions & { disableInstanceDiscovery: boolean } = {
    authorityHost: authority,
    // The library would ask Microsoft's own host whether it knows the authority.
    disableInstanceDiscovery: !new URL(authority).hostname.endsWith(".microsoftonline.com"),
    ...(certificateAuthority === undefined ? {} : { tlsOptions: { ca: certificateAuthority } }),
  };
  return "clientSecret" in proof
    ? new ClientSecretCredential(tenantId, clientId, proof.clientSecret, options)
    : new ClientCertificateCredential(
        tenantId,
        clientId,
        { certificate: `${proof.key.trim()}\n${proof.certificate}` },
        options,
      );
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

/** What a refused sign-in means. Entra's texts begin with a number: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function signInFault(cause: unknown): Fault {
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = /AADSTS\d+/.exec(text)?.[0];
  if (code === undefined) {
    return new Fault(
      "UNAVAILABLE",
      "The login cannot be reached, or knows no such tenant; it is tried again. Check organization.tenantId.",
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
      AADSTS700027: "The certificate is not one of the application's: upload it in Entra.",
    }[code] ?? "Check tenant id, client id and the application's secret or certificate.";
  return new Fault("WRONG_CREDENTIALS", `The login refused the application. ${says} (${code})`, { cause });
}
