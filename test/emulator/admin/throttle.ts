import type { AdminLimits, Organization } from "../organization.ts";
import { rows, type Row, type Side } from "../store.ts";
import type { Administrator } from "./rights.ts";

/** A place among the cmdlets that run, to be left; or after how many seconds to ask again. */
export type Place = { leave: () => void } | { retryAfter: number };

const secondsWhenFull = 1;

/**
 * Counts the cmdlets of each administrator. On-premises their throttling policy limits them (`PowerShellMaxConcurrency`, and
 * `PowerShellMaxCmdlets` within `PowerShellMaxCmdletsTimePeriod` seconds), in Exchange Online the organization's own limits do. Which
 * cmdlets ran lately is forgotten when the process ends, as it is when a real server restarts.
 */
export function createThrottle(organization: Organization, side: Side): (who: Administrator) => Place {
  const running = new Map<string, number>();
  const lately = new Map<string, number[]>();
  return (who) => {
    const limits = side.name === "online" ? organization.settings.adminLimits : policyLimits(side, who);
    if (!limits) return { leave: () => {} };
    const id = "account" in who ? who.account.guid : who.application.appId;
    const now = organization.now();
    const recent = (lately.get(id) ?? []).filter((at) => now - at < limits.milliseconds);
    if (recent.length >= limits.cmdlets) {
      const oldest = recent[0] ?? now;
      return { retryAfter: Math.max(1, Math.ceil((oldest + limits.milliseconds - now) / 1000)) };
    }
    const active = running.get(id) ?? 0;
    if (active >= limits.atOnce) return { retryAfter: secondsWhenFull };
    // Without a limit there is nothing to remember.
    if (limits.cmdlets !== Infinity) lately.set(id, [...recent, now]);
    running.set(id, active + 1);
    return { leave: () => void running.set(id, (running.get(id) ?? 1) - 1) };
  };
}

/** The policy of an administrator's own, else the one of the whole organization, else what Exchange comes with. */
function policyLimits(side: Side, who: Administrator): AdminLimits {
  const all = rows(side, "ThrottlingPolicy");
  const own = "account" in who ? who.account.other["ThrottlingPolicy"] : undefined;
  const policy: Row =
    all.find((row) => row["Name"] === own) ??
    all.find((row) => row["ThrottlingPolicyScope"] === "Organization") ??
    all.find((row) => row["ThrottlingPolicyScope"] === "Global") ??
    {};
  const limit = (name: string, otherwise: number): number => {
    const value = Number(policy[name] ?? otherwise);
    return Number.isNaN(value) ? Infinity : value;
  };
  const seconds = limit("PowerShellMaxCmdletsTimePeriod", Infinity);
  return {
    atOnce: limit("PowerShellMaxConcurrency", 18),
    cmdlets: seconds === Infinity ? Infinity : limit("PowerShellMaxCmdlets", Infinity),
    milliseconds: seconds === Infinity ? 0 : seconds * 1000,
  };
}
