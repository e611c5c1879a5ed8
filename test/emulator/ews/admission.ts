import type { Organization } from "../organization.ts";
import type { Caller } from "../sign-in/authenticate.ts";
import { rows, type Recipient, type Row, type Side } from "../store.ts";
import { wildcard } from "../wildcard.ts";

/** From then on nobody reaches Exchange Online over EWS, whatever their tenant says. */
const end = Date.UTC(2027, 3, 1);

/** One request, as those who decide about access see it. */
export interface Access {
  caller: Caller;
  /** Whose mailbox is worked on. */
  acting: Recipient;
  /** The client's User-Agent. */
  agent: string;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Whether administrators let a client reach a mailbox over EWS: by the switches of organization and mailbox, the lists of user agents, and
 * in Exchange Online the list of applications and the retirement of EWS. What they do not is answered with 403.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
 */
export function mayUseEws({ settings }: Organization, side: Side, access: Access): boolean {
  const organization = rows(side, "OrganizationConfig")[0] ?? {};
  const mailbox = access.acting.other;
  const on =
    side.name === "online"
      ? organization["EwsEnabled"] !== false && mailbox["EwsEnabled"] !== false
      : (mailbox["EwsEnabled"] ?? organization["EwsEnabled"]) !== false;
  if (!on) return false;
  if (side.name === "online" && !isAllowedApplication(settings.ewsRetired, organization, access))
    return false;
  return [mailbox, organization].every((level) => isAllowedAgent(level, access.agent));
}

/** EwsAllowedAppIDs counts where EwsEnabled is true; with the retirement, whoever is not on it is out. */
function isAllowedApplication(retired: number | null, organization: Row, { caller, now }: Access): boolean {
  const over = retired !== null && now >= retired;
  if (over && now >= end) return false;
  const listed = textsOf(organization["EwsAllowedAppIDs"]).flatMap((each) => each.split(/[\s,;]+/));
  const ids = listed.filter((each) => each !== "").map((each) => each.toLowerCase());
  if (organization["EwsEnabled"] !== true || ids.length === 0) return !over;
  return "application" in caller && ids.includes(caller.application.appId.toLowerCase());
}

/** Switches for Microsoft's own clients come before the lists; an entry is a user agent, with `*` for any text. */
function isAllowedAgent(level: Row, agent: string): boolean {
  const own = Object.entries({
    EwsAllowMacOutlook: /^MacOutlook\//i,
    EwsAllowEntourage: /^Entourage\//i,
    EwsAllowOutlook: /Microsoft (Office )?Outlook/i,
  }).find(([, pattern]) => pattern.test(agent));
  if (own && typeof level[own[0]] === "boolean") return level[own[0]] === true;
  const isOn = (list: string): boolean => textsOf(level[list]).some((each) => wildcard(each).test(agent));
  switch (level["EwsApplicationAccessPolicy"]) {
    case "EnforceAllowList":
      return isOn("EwsAllowList");
    case "EnforceBlockList":
      return !isOn("EwsBlockList");
    default:
      return true;
  }
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "string" && value !== "" ? [value] : [];
}
