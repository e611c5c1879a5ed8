import { Fault } from "./errors.ts";

/** An operator who signed in, by the process that keeps the sign-in. */
export interface Operator {
  operator: { url: string; header: string };
}

/** Where the tokens of an operator's sign-in are given out in this run. Pure. @throws Fault UNMET where nobody signed in */
export function operatorOf({
  SIU_SIGN_IN: url,
  SIU_SIGN_IN_HEADER: header,
}: Readonly<Record<string, string | undefined>>): Operator {
  if (url !== undefined && header !== undefined) return { operator: { url, header } };
  throw new Fault(
    "UNMET",
    "connections.online.admin.signIn: nobody has signed in. Run by `npx siu` (preview, up, apply, doctor ...), which asks once; for Pulumi by itself let an application sign in.",
  );
}
