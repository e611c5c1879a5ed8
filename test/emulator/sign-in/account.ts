import { recipientByAddress, type Recipient, type Side } from "../store.ts";

/** The account behind a user name (UPN, address or `DOMAIN\\alias`). */
export function accountNamed(side: Side, userName: string): Recipient | undefined {
  const alias = /^[^\\@]+\\([^\\]+)$/.exec(userName)?.[1]?.toLowerCase();
  return alias
    ? [...side.recipients.values()].find((each) => each.alias.toLowerCase() === alias)
    : recipientByAddress(side, userName);
}

/** Whether an account's password is no use now: it is disabled, barred, or has to change its password first. */
export function isBarred({ disabled, bars = [], other }: Recipient): boolean {
  return disabled === true || bars.length > 0 || other["ResetPasswordOnNextLogon"] === true;
}

/** The account that signs in with a user name and its password; undefined when either is wrong or the account cannot. */
export function signIn(side: Side, userName: string, password: string): Recipient | undefined {
  const account = accountNamed(side, userName);
  const matches = account?.password !== undefined && account.password === password && !isBarred(account);
  return matches ? account : undefined;
}
