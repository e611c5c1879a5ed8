/** Built-in role groups that hold the roles of some cmdlets; everything else is Organization Management's. */
const groups: readonly (readonly [RegExp, string, string])[] = [
  [/-(Mailbox|User|Recipient)$/, "Recipient Management", "Exchange Recipient Administrator"],
  [/-(TransportRule|JournalRule)$/, "Records Management", "Compliance Administrator"],
];

/**
 * What lets an operator run a cmdlet who may not: the least role group that holds it, and the cmdlet that puts the connecting account
 * into it; for an application the role in Entra. Pure.
 */
export function howToLet(cmdlet: string): string {
  const [, least, role] = groups.find(([pattern]) => pattern.test(cmdlet)) ?? [];
  const group = least ?? "Organization Management";
  const whole = least === undefined ? "" : " (a whole deployment takes Organization Management)";
  return `The right is that of ${group}${whole}: let a member of Organization Management run: Add-RoleGroupMember "${group}" -Member <the connecting account>. An application gets the permission Exchange.ManageAsApp and, in Entra, the role ${role ?? "Exchange Administrator"} instead. A new right counts in a new session, online after up to an hour.`;
}
