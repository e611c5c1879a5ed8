/** An application registered in Entra that may call the online side's admin endpoint or mailboxes. */
export interface Application {
  appId: string;
  secret: string;
  name: string;
  /** `Exchange.ManageAsApp`, `Mail.ReadWrite` ... */
  permissions: string[];
  /** Roles of the directory that it holds: `Exchange Administrator` ... They say which cmdlets Exchange.ManageAsApp opens. */
  directoryRoles?: string[];
  /** Certificates that it may sign in with, PEM. */
  certificates?: string[];
  /** Whose assertions stand for it (workload identity federation). */
  federated?: FederatedCredential[];
  /** Its tokens of before (seconds since 1970) are revoked; who was told so can be challenged at once. */
  revokedBefore?: number;
}

/** An assertion of `issuer` about `subject` for `audience`, signed with one of `keys` (JSON Web Keys), stands for an application. */
export interface FederatedCredential {
  issuer: string;
  subject: string;
  audience: string;
  keys: Record<string, unknown>[];
}
