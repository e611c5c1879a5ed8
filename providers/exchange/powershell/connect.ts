import { command, text } from "./literal.ts";

/** The organization's own servers: a remote session at `http(s)://server/PowerShell/`. */
export interface ServerSession {
  url: string;
  authentication: "Kerberos" | "Negotiate" | "Basic";
  username: string;
  password: string;
}

/** Exchange Online, by the module ExchangeOnlineManagement. */
export interface TenantSession {
  /** `contoso.onmicrosoft.com` */
  organization: string;
  credential:
    | { clientId: string; certificate: string; key: string }
    /** `userPrincipalName`: of whoever the token is about, where that is a person. */
    | { token: string; userPrincipalName?: string }
    /** The machine's own identity; `clientId` names one of several. */
    | { managedIdentity: true; clientId?: string };
  /** Only where it is not Microsoft's public cloud. */
  connectionUri?: string;
  authorizationUri?: string;
}

/**
 * Statements that open a session, to be run by `Invoke-Siu`. What a function imports is gone when it ends, so it is imported globally.
 * learn.microsoft.com: "Connect to Exchange servers using remote PowerShell", "App-only authentication in Exchange Online PowerShell",
 * "Use Azure managed identities to connect to Exchange Online PowerShell".
 * @throws Fault REJECTED
 */
export function connectServer({ url, authentication, username, password }: ServerSession): string {
  const credential = `[pscredential]::new(${text(username, "username")}, ${secure(password, "password")})`;
  const session = command(
    "New-PSSession",
    { ConfigurationName: "Microsoft.Exchange", ConnectionUri: url, Authentication: authentication },
    "$global:siuSession",
  );
  return [
    `${session} -AllowRedirection -Credential:(${credential})`,
    "Import-Module (Import-PSSession $global:siuSession -DisableNameChecking -AllowClobber) -Global -DisableNameChecking",
  ].join("; ");
}

/** Closes it again. */
export const disconnectServer = "Remove-PSSession $global:siuSession";

export function connectTenant(tenant: TenantSession): string {
  const { organization, credential, connectionUri, authorizationUri } = tenant;
  const connect = command("Connect-ExchangeOnline", {
    Organization: organization,
    ShowBanner: false,
    SkipLoadingFormatData: true,
    ...(connectionUri !== undefined && { ConnectionUri: connectionUri }),
    ...(authorizationUri !== undefined && { AzureADAuthorizationEndpointUri: authorizationUri }),
    ...("token" in credential &&
      credential.userPrincipalName !== undefined && { UserPrincipalName: credential.userPrincipalName }),
    ...("managedIdentity" in credential && {
      ManagedIdentity: true,
      ...(credential.clientId !== undefined && { ManagedIdentityAccountId: credential.clientId }),
    }),
  });
  if ("managedIdentity" in credential) return connect;
  if ("token" in credential) return `${connect} -AccessToken:${text(credential.token, "the access token")}`;
  const type = "Security.Cryptography.X509Certificates.X509Certificate2";
  const { clientId, certificate, key } = credential;
  const pair = `[${type}]::CreateFromPem(${text(certificate, "certificate.certificate")}, ${text(key, "certificate.key")})`;
  // Windows signs with no key that exists in memory only: by way of PKCS #12 it becomes one that it takes.
  const usable = `[${type}]::new(${pair}.Export('Pfx'))`;
  return `${connect} -AppId:${text(clientId, "clientId")} -Certificate:(${usable})`;
}

/** Closes it again. */
export const disconnectTenant = "Disconnect-ExchangeOnline -Confirm:$false";

/** Text as a SecureString. */
export function secure(value: string, what: string): string {
  return `(ConvertTo-SecureString -AsPlainText -Force -String ${text(value, what)})`;
}
