import { advancedFrom } from "../../application-roles.ts";
import { loose } from "../../forms.ts";
import type { Facts } from "../facts.ts";
import type { Lint } from "../lint.ts";

/** When Exchange Web Services end in Exchange Online for good (Microsoft, milliseconds since 1970). */
const ewsEnds = Date.UTC(2027, 3, 1);

const advanced = "Application Mail-Advanced.ReadWrite.All";

/** Microsoft's two days, for organizations with mailboxes in Exchange Online. */
export const deadlines = {
  SIU020: {
    severity: "warning",
    title: "Not ready for 2026-12-31 (Mail-Advanced)",
    find: (facts) =>
      facts.now < advancedFrom && lacksAdvanced(facts)
        ? [
            `In ${days(advancedFrom - facts.now)} the application may no longer change messages that were sent: it lacks the role '${advanced}'. npx siu up grants it in the last 30 days; by hand: ${grant(facts)}`,
          ]
        : [],
  },
  SIU021: {
    severity: "error",
    title: "2026-12-31 has passed without Mail-Advanced",
    find: (facts) =>
      facts.now >= advancedFrom && lacksAdvanced(facts)
        ? [
            `Since 2026-12-31 messages that were sent change only with the role '${advanced}', which the application lacks. Run npx siu up, or by hand: ${grant(facts)}`,
          ]
        : [],
  },
  SIU022: {
    severity: "warning",
    title: "Not ready for 2027-04-01 (Exchange Web Services)",
    find: ({ consents, now }) =>
      "roles" in consents && consents.roles.includes("full_access_as_app")
        ? [
            `The application holds full_access_as_app, the permission for Exchange Web Services, which ${now < ewsEnds ? `end in Exchange Online in ${days(ewsEnds - now)}` : "have ended in Exchange Online"} (2027-04-01). This product uses Graph there: take the permission away, and move whatever else signs in as this application.`,
          ]
        : [],
  },
  SIU023: {
    severity: "note",
    title: "Ready for Microsoft's days",
    find: (facts) => {
      if (facts.config.serviceAccount.application === undefined || !facts.sides.online) return [];
      const first = lacksAdvanced(facts) ? [] : ["2026-12-31 (the role for sent messages is held)"];
      const wide = "roles" in facts.consents && facts.consents.roles.includes("full_access_as_app");
      const second = wide
        ? []
        : ["2027-04-01 (Exchange Online is reached by Graph, never by Exchange Web Services)"];
      const ready = [...first, ...second];
      return ready.length === 0 ? [] : [`This stack is ready for ${ready.join(" and ")}.`];
    },
  },
  SIU024: {
    severity: "warning",
    title: "The tenant is not set up for the end of Exchange Web Services",
    find: ({ sides, config }) =>
      config.environment === "hybrid" &&
      config.serviceAccount.application === undefined &&
      sides.online !== undefined
        ? [
            `Without an application (serviceAccount.application) nobody updates mailboxes in Exchange Online: Exchange Web Services, which an account could have used there, end on 2027-04-01. Register one in Entra, without consents for mail, and name it in the file.`,
          ]
        : [],
  },
} satisfies Record<string, Lint>;

/** The application is there, and no grant of the role is; where it was consented to in Entra, that does too. */
function lacksAdvanced({ config, sides, consents }: Facts): boolean {
  if (config.serviceAccount.application === undefined || !sides.online) return false;
  if ("roles" in consents && consents.roles.includes("Mail-Advanced.ReadWrite.All")) return false;
  return !sides.online.grants.some((row) => loose(row["Role"]) === loose(advanced));
}

function grant({ config }: Facts): string {
  const { objectId, clientId } = config.serviceAccount.application ?? {};
  return `New-ManagementRoleAssignment -App ${objectId ?? clientId ?? ""} -Role "${advanced}" -CustomResourceScope <scope>`;
}

function days(milliseconds: number): string {
  const whole = Math.ceil(milliseconds / 86_400_000);
  return whole === 1 ? "1 day" : `${whole} days`;
}
