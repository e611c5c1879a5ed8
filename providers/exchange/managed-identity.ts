import { exchangeOnline } from "./token-service.ts";

/** The identity of the machine, from the service on it that gives out its tokens; `clientId` names one of several (user-assigned). */
export interface ManagedIdentity {
  managedIdentity: IdentityService;
  clientId?: string;
}

/** Where tokens are given out, and what a request shows so that no stray one gets any. */
export interface IdentityService {
  url: string;
  version: string;
  headers: Record<string, string>;
}

/**
 * The identity service of this machine: App Service, Functions and Container Apps say where it is; a virtual machine has it at a fixed
 * address, which the Azure SDKs let one change by this variable. learn.microsoft.com: "How to use managed identities for App Service",
 * "How to use managed identities on an Azure VM". Pure.
 */
export function identityService(env: Readonly<Record<string, string | undefined>>): IdentityService {
  const { IDENTITY_ENDPOINT: url, IDENTITY_HEADER: header, AZURE_POD_IDENTITY_AUTHORITY_HOST: host } = env;
  if (url !== undefined && header !== undefined)
    return { url, version: "2019-08-01", headers: { "x-identity-header": header } };
  return {
    url: `${host ?? "http://169.254.169.254"}/metadata/identity/oauth2/token`,
    version: "2018-02-01",
    headers: { metadata: "true" },
  };
}

/** The address to ask, with what the token is for. */
export function identityAddress({ managedIdentity, clientId }: ManagedIdentity): string {
  const address = new URL(managedIdentity.url);
  const query = {
    "api-version": managedIdentity.version,
    resource: exchangeOnline,
    ...(clientId !== undefined && { client_id: clientId }),
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}
