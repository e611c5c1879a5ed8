import {
  type Draft,
  domainOf,
  hasOnline,
  hasOnPremises,
  ownDomains,
  type Rule,
  sameName,
  type WayIn,
  waysIn,
} from "../draft.ts";
import type { Finding, Path } from "../problem.ts";

/** A rule about each way in by itself; `at` makes a path within it. */
function ofEachWay(
  judge: (intake: WayIn["intake"], config: Draft, at: (...steps: Path) => Path) => Finding[],
): Rule {
  return ({ config }) =>
    waysIn(config).flatMap(({ intake, path }) => judge(intake, config, (...steps) => [...path, ...steps]));
}

/** Switched on, the daemon needs stamped copies to work from. */
export const onNeedsIntake: Rule = ({ config }) => {
  if (config.status !== "on" || "intake" in config) return [];
  return [
    {
      path: ["intake"],
      key: true,
      message: "is missing: with status on, stamped copies have to come from somewhere",
    },
  ];
};

/** Each way in exists only on certain sides. */
export const intakeExistsThere = ofEachWay((intake, config, at) => {
  if (config.environment === undefined) return [];
  const path = at(intake.via === "mailbox" ? "read" : "via");
  if (intake.via === "connector" && !hasOnline(config))
    return [
      {
        path,
        message: "must be mailbox, journal or relay: connectors of this kind exist only in Exchange Online",
      },
    ];
  if (intake.via !== "mailbox") return [];
  if (intake.read === "graph" && !hasOnline(config))
    return [{ path, message: "must be ews: there is no Graph without Exchange Online" }];
  if (intake.read === "ews" && !hasOnPremises(config))
    return [{ path, message: "must be graph: Exchange Online ends EWS on 2027-04-01" }];
  return [];
});

/**
 * All mail to the domain of the intake's address goes to the daemon: never the organization's own domain.
 * It also keeps a journal rule of Exchange Online out of its own mailboxes, where Microsoft does not allow it.
 */
export const intakeDomainIsItsOwn = ofEachWay((intake, config, at) => {
  if (intake.via !== "connector" && intake.via !== "journal") return [];
  const domain = domainOf(intake.address);
  if (domain === undefined || !ownDomains(config).includes(domain)) return [];
  const why =
    intake.via === "journal" && hasOnline(config)
      ? "Exchange Online cannot journal into its own mailboxes"
      : `a connector for ${domain} would send all its mail to the daemon`;
  return [
    {
      path: at("address"),
      message: `must be in a domain used for nothing else, such as siu.${domain}: ${why}`,
    },
  ];
});

/** The mailbox is one of the organization's. */
export const intakeMailboxIsInside = ofEachWay((intake, config, at) => {
  const domain = intake.via === "mailbox" ? domainOf(intake.address) : undefined;
  if (domain === undefined || ownDomains(config).includes(domain)) return [];
  return [
    {
      path: at("address"),
      message: `must be in a domain of the organization (${ownDomains(config).join(", ")}): the mailbox is made there`,
    },
  ];
});

/** Exchange Online refuses a journal rule until it knows who gets undeliverable reports. */
export const journalNeedsNdrAddress = ofEachWay((intake, config, at) => {
  if (intake.via !== "journal") return [];
  const path = at("journalingReportNdrTo");
  if (hasOnline(config) && !("journalingReportNdrTo" in intake))
    return [
      {
        path,
        key: true,
        message: "is missing: Exchange Online wants an address for undeliverable journal reports",
      },
    ];
  if (sameName(intake.journalingReportNdrTo, intake.address))
    return [{ path, message: "must not be intake.address: undeliverable reports cannot be delivered there" }];
  return [];
});

/** Anybody could send a forged copy to a listener that asks nobody who he is. */
export const relayIsRecognised = ofEachWay((intake, _, at) => {
  if (intake.via !== "relay" || ["allow", "clientCertificateName", "account"].some((key) => key in intake))
    return [];
  return [
    {
      path: at(),
      key: true,
      message:
        "must say how the relay is recognised: allow (its addresses), clientCertificateName or account",
    },
  ];
});

/** Only a relay of one's own can be told to send copies. */
export const relayIsYourOwn = ofEachWay((intake, config, at) => {
  if (intake.via !== "relay" || config.signatureService?.preset !== "codetwo") return [];
  return [
    {
      path: at("via"),
      message: "must be connector, mailbox or journal: CodeTwo's service sends no copies",
    },
  ];
});

/** The smart host is a name that Exchange reaches, so it is neither this machine nor the signature service. */
export const listenerIsReachable = ofEachWay((intake, { signatureService }, at) => {
  if (intake.via !== "connector" && intake.via !== "journal") return [];
  const path = at("smartHost");
  if (isThisMachine(intake.smartHost))
    return [
      { path, message: "must be the name under which Exchange reaches the daemon, not this machine's own" },
    ];
  const relay = signatureService?.preset === "custom" ? signatureService.smartHost : undefined;
  if (sameName(intake.smartHost, relay))
    return [
      {
        path,
        message: "must not be signatureService.smartHost: copies would be stamped again and come back",
      },
    ];
  return [];
});

/** Only Graph posts notifications; over TLS, and to a name that it reaches. */
export const webhookIsReachable = ofEachWay((intake, _, at) => {
  if (intake.via !== "mailbox" || intake.webhook === undefined) return [];
  const { publicUrl = "", listen = {} } = intake.webhook;
  const findings: Finding[] = [];
  if (intake.read === "ews")
    findings.push({ path: at("webhook"), key: true, message: "must go: EWS tells of new mail by itself" });
  if (isThisMachine(URL.parse(publicUrl)?.hostname))
    findings.push({
      path: at("webhook", "publicUrl"),
      message: "must be the address under which the Internet reaches the daemon, not this machine's own",
    });
  if ("key" in listen !== "certificate" in listen)
    findings.push({
      path: at("webhook", "listen"),
      message: "must have both key and certificate, or neither behind a proxy with TLS of its own",
    });
  return findings;
});

function isThisMachine(host = ""): boolean {
  return /^(localhost|127\.[\d.]+|\[?::1\]?|0\.0\.0\.0)$/i.test(host);
}

/** Exchange routes by domain and always to port 25, and of two listeners on one port only one can open. */
export const listenersAreApart: Rule = ({ config }) => {
  const ways = waysIn(config);
  return ways.flatMap(({ intake, path }, index) => {
    const others = ways.slice(0, index).map((other) => other.intake);
    const sharesPort = others.some((other) => sameName(listenOf(intake), listenOf(other)));
    const sharesDomain = others.some((other) => sameName(routedDomain(intake), routedDomain(other)));
    return [
      ...(sharesPort
        ? [
            {
              path: [...path, ...(intake.via === "mailbox" ? ["webhook"] : []), "listen"],
              message: "must have a port or host of its own; another way in has it",
            },
          ]
        : []),
      ...(sharesDomain
        ? [{ path: [...path, "address"], message: "must be in a domain of its own; another way in has it" }]
        : []),
    ];
  });
};

/** One journal sees all mail. */
export const oneJournal: Rule = ({ config }) => {
  const [, ...more] = waysIn(config).filter(({ intake }) => intake.via === "journal");
  return more.map(({ path }) => ({ path, key: true, message: "must go: one journal sees all mail" }));
};

function listenOf(intake: WayIn["intake"]): string | undefined {
  const listening = intake.via === "mailbox" ? intake.webhook : intake;
  const { host, port } = (listening !== undefined && "listen" in listening && listening.listen) || {};
  return port === undefined ? undefined : `${host} ${port}`;
}

function routedDomain(intake: WayIn["intake"]): string | undefined {
  return intake.via === "connector" || intake.via === "journal" ? domainOf(intake.address) : undefined;
}
