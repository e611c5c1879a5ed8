/** What the daemon does with an application's access to mailboxes in Exchange Online. */
export type Use = "updateSentItems" | "readIntake";

/** From when on subject and body of a sent message change only with `Mail-Advanced.ReadWrite.All` (Microsoft, milliseconds since 1970). */
export const advancedFrom = Date.UTC(2026, 11, 31);

/** The right is asked for so much earlier: stacks are not deployed every day, and Exchange remembers permissions for hours. */
const lead = 30 * 86_400_000;

/**
 * The roles of RBAC for Applications that these uses need at a time, the lesser first. `Mail.ReadWrite` finds, reads, creates and
 * deletes; changing what was sent needs the advanced role beside it once the day is near. Pure.
 */
export function applicationRoles(uses: readonly Use[], at: number): string[] {
  if (uses.length === 0) return [];
  const advanced = uses.includes("updateSentItems") && at >= advancedFrom - lead;
  return ["Application Mail.ReadWrite", ...(advanced ? ["Application Mail-Advanced.ReadWrite.All"] : [])];
}

/** Permissions of an application, consented to in Entra, that open every mailbox whatever a scope says: they void it. */
export const wideConsents: ReadonlySet<string> = new Set([
  "Mail.Read",
  "Mail.ReadBasic.All",
  "Mail.ReadWrite",
  "Mail-Advanced.ReadWrite.All",
  "full_access_as_app",
]);
