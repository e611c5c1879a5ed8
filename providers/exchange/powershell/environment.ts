/** Names that tell of a secret, Pulumi's own and ours. */
const secret = /PASSWORD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|_KEY$|^PULUMI_|^SIU_/i;

/**
 * What a PowerShell process finds in its environment: everything but secrets. Other programs of the same user can read it, and
 * whatever PowerShell starts inherits it; its session gets what it needs by standard input. `named` are variables that the configuration refers to.
 */
export function withoutSecrets(
  env: Readonly<Record<string, string | undefined>>,
  named: Iterable<string>,
): Record<string, string | undefined> {
  const known = new Set(named);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !known.has(name) && !secret.test(name)));
}
