import type { Config, Intake } from "../../../stacks/config/types.ts";
import type { SideName } from "../../exchange/port.ts";
import { loose } from "../../forms.ts";
import type { Lint } from "../lint.ts";

/** How copies come in. */
export const intake = {
  SIU070: {
    severity: "error",
    title: "Undeliverable journal reports go nowhere",
    find: ({ config, sides }) =>
      ways(config).some(({ via }) => via === "journal")
        ? (sides[home(config)]?.transport ?? [])
            .filter((row) => [null, "<>"].includes(loose(row["JournalingReportNdrTo"]) as string | null))
            .map(
              () =>
                `Journal rules need an address for reports that cannot be delivered, and there is none; Exchange Online refuses the first rule without it, and nobody hears of lost reports. Set intake.journalingReportNdrTo and run npx siu up, or by hand: Set-TransportConfig -JournalingReportNdrTo <address>`,
            )
        : [],
  },
  SIU071: {
    severity: "error",
    title: "Copies would never leave Exchange",
    find: ({ config, sides }) =>
      ways(config).flatMap((way) => {
        if (way.via !== "connector" && way.via !== "journal") return [];
        const domain = way.address.slice(way.address.lastIndexOf("@") + 1).toLowerCase();
        const own = (sides[home(config)]?.domains ?? []).some((row) =>
          covers(String(row["DomainName"]), domain),
        );
        return own
          ? [
              `${domain} is an accepted domain, so Exchange looks for '${way.address}' in itself instead of handing copies to the listener${way.via === "journal" ? ", and Exchange Online cannot journal into its own mailboxes" : ""}. Use a subdomain that is no accepted domain for intake.address.`,
            ]
          : [];
      }),
  },
  SIU072: {
    severity: "note",
    title: "An intake mailbox takes 3,600 messages an hour",
    find: ({ config }) =>
      ways(config).some((way) => way.via === "mailbox" && way.read === "graph")
        ? [
            `A mailbox in Exchange Online takes 3,600 messages an hour at most: with more stamped mail, copies get lost. Versions of a split message may be dropped, too. A listener (intake.via: connector) has neither limit.`,
          ]
        : [],
  },
} satisfies Record<string, Lint>;

function ways({ intake = [] }: Config): Intake[] {
  return [intake].flat();
}

/** The side that stamped mail passes. */
function home({ environment }: Config): SideName {
  return environment === "onPremises" ? "onPremises" : "online";
}

/** Whether an accepted domain, `*.contoso.com` too, holds a domain. */
function covers(accepted: string, domain: string): boolean {
  const name = accepted.toLowerCase();
  return name.startsWith("*.") ? domain.endsWith(name.slice(1)) : name === domain;
}
