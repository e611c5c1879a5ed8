import type { Answers } from "../answers.ts";
import { isOnline, needs, type Step, type Topic } from "../step.ts";

const listens = needs("intake", "connector", "journal", "relay");
const routed = needs("intake", "connector", "journal");
const relay = needs("intake", "relay");
const read = needs("intakeRead", "graph");

const localPart: Record<string, string> = { connector: "stamped@siu", journal: "journal@siu" };

const addressOf = ({ intake = "", domain = "" }: Answers): string =>
  intake === "mailbox" ? `stamped@${domain}` : `${localPart[intake] ?? ""}.${domain}`;

/** How the daemon gets a copy of each stamped message. */
export const intake: Topic = {
  title: "Intake",
  steps: [
    {
      name: "intake",
      kind: "choice",
      ask: "How does a copy of each stamped message reach the daemon?",
      path: "intake.via",
      choices: [
        { value: "connector", label: "A rule copies it to an address that a connector routes to the daemon" },
        { value: "mailbox", label: "A rule copies it to a mailbox (may drop versions of a split message)" },
        { value: "journal", label: "A journal rule sends a report to the daemon" },
        { value: "relay", label: "The relay itself sends a copy to the daemon" },
        { value: "none", label: "Not yet: to be added before the status is on" },
      ],
    },
    {
      name: "intakeAddress",
      kind: "text",
      ask: "The address for copies, used for nothing else",
      hint: "For a connector or journal in a domain of its own: all mail to that domain goes to the daemon.",
      path: "intake.address",
      skip: needs("intake", "connector", "mailbox", "journal"),
      fallback: addressOf,
    },
    {
      name: "intakeRead",
      kind: "choice",
      ask: "Where is that mailbox?",
      path: "intake.read",
      choices: [
        { value: "graph", label: "In Exchange Online, read by Graph" },
        { value: "ews", label: "On your own servers, read by EWS" },
      ],
      skip: needs("intake", "mailbox"),
      fallback: (answers) => (isOnline(answers) ? "graph" : "ews"),
    },
    {
      name: "webhookUrl",
      kind: "text",
      ask: "The https:// address at which Exchange Online may tell the daemon of new mail there",
      hint: "From the Internet, such as https://siu.contoso.com/notifications. Nothing: the daemon looks by itself.",
      path: "intake.webhook.publicUrl",
      skip: read,
      fallback: () => "",
    },
    ...(["webhookKey", "webhookCertificate"] as const).map((name): Step => {
      const isKey = name === "webhookKey";
      return {
        name,
        kind: "reference",
        ask: `Where the ${isKey ? "private key" : "certificate"} of that address is found (PEM)`,
        ...(isKey && { hint: "Nothing: a proxy before the daemon has it." }),
        path: `intake.webhook.listen.${isKey ? "key" : "certificate"}`,
        skip: (answers) =>
          isKey
            ? !answers.webhookUrl && "it goes with --webhook-url"
            : !answers.webhookKey && "it goes with --webhook-key",
        fallback: () => (isKey ? "" : "file:/etc/siu/webhook.crt"),
      };
    }),
    {
      name: "intakeHost",
      kind: "text",
      ask: "The DNS name under which Exchange reaches the daemon, on port 25",
      path: "intake.smartHost",
      skip: routed,
      fallback: ({ domain }) => `siu.${domain}`,
    },
    {
      name: "journalNdr",
      kind: "text",
      ask: "Who gets undeliverable journal reports",
      hint: "Exchange Online demands it before the first journal rule.",
      path: "intake.journalingReportNdrTo",
      search: "people",
      skip: needs("intake", "journal"),
      fallback: (answers) => (isOnline(answers) ? undefined : ""),
    },
    {
      name: "intakeAllow",
      kind: "list",
      ask: "IP addresses or networks of the relay, which may send copies",
      path: "intake.allow",
      skip: relay,
      fallback: () => [],
    },
    {
      name: "relayUser",
      kind: "text",
      ask: "The user name that the relay signs in with",
      hint: "Made up for this alone (SMTP AUTH, over TLS only). Nothing: it does not sign in.",
      path: "intake.account",
      skip: relay,
      fallback: () => "",
    },
    {
      name: "relayPassword",
      kind: "reference",
      ask: "Where its password is found",
      path: "intake.account.password",
      skip: (answers) => relay(answers) || (!answers.relayUser && "it goes with --relay-user"),
      fallback: () => "env:SIU_RELAY_PASSWORD",
    },
    {
      name: "intakeCertificateName",
      kind: "text",
      ask: "The name on the relay's client certificate",
      hint: "The relay is recognised by its addresses, by signing in, by this; where several are given, all count.",
      // Neither the one nor the other is a mistake of the whole section.
      path: "intake",
      skip: relay,
      fallback: ({ relayClientCertificate = "" }) => relayClientCertificate,
    },
    {
      name: "listenPort",
      kind: "text",
      ask: "The port that the daemon listens on",
      path: "intake.listen.port",
      skip: listens,
      fallback: () => "25",
      rare: true,
    },
    ...(["listenKey", "listenCertificate"] as const).map((name): Step => {
      const isKey = name === "listenKey";
      return {
        name,
        kind: "reference",
        ask: `Where the daemon's ${isKey ? "private key" : "certificate"} for TLS is found (PEM)`,
        path: `intake.listen.${isKey ? "key" : "certificate"}`,
        skip: listens,
        fallback: () => `file:/etc/siu/listener.${isKey ? "key" : "crt"}`,
      };
    }),
  ],
};
