import * as rules from "../../../../stacks/config/rules/intake.ts";
import { connector, hold, custom, journal, mailbox, online, relay, without } from "./cases.ts";
import { edited, hybrid, onPremises } from "../samples.ts";

hold(rules, {
  onNeedsIntake: [
    ["on without an intake", edited(hybrid, without("intake")), "intake: is missing: with status on"],
  ],
  intakeExistsThere: [
    [
      "a connector on-premises",
      edited(onPremises, [["intake"], { ...journal, via: "connector" }]),
      "intake.via: must be mailbox, journal or relay: connectors of this kind exist only in Exchange Online",
    ],
    [
      "Graph without Exchange Online",
      edited(onPremises, [["intake"], mailbox("graph")]),
      "intake.read: must be ews",
    ],
    ["EWS in Exchange Online", edited(online, [["intake"], mailbox("ews")]), "intake.read: must be graph"],
  ],
  intakeDomainIsItsOwn: [
    [
      "the organization's own domain",
      edited(hybrid, [["intake", "address"], "stamped@contoso.com"]),
      "intake.address: must be in a domain used for nothing else, such as siu.contoso.com: a connector for contoso.com",
    ],
    [
      "journaling into Exchange Online's own mailboxes",
      edited(hybrid, [
        ["intake"],
        { ...journal, address: "j@contoso.onmicrosoft.com", journalingReportNdrTo: "ndr@contoso.com" },
      ]),
      "intake.address: must be in a domain used for nothing else, such as siu.contoso.onmicrosoft.com: Exchange Online cannot journal into its own mailboxes",
    ],
  ],
  intakeMailboxIsInside: [
    [
      "a mailbox of somebody else's domain",
      edited(onPremises, [["intake"], { ...mailbox("ews"), address: "intake@fabrikam.com" }]),
      "intake.address: must be in a domain of the organization (contoso.com)",
    ],
  ],
  journalNeedsNdrAddress: [
    [
      "journaling without an address for undeliverable reports",
      edited(hybrid, [["intake"], journal]),
      "intake.journalingReportNdrTo: is missing",
    ],
    [
      "undeliverable reports to the same address",
      edited(hybrid, [["intake"], { ...journal, journalingReportNdrTo: "Journal@siu.contoso.com" }]),
      "intake.journalingReportNdrTo: must not be intake.address",
    ],
  ],
  relayIsRecognised: [
    [
      "a relay that anybody could be",
      edited(hybrid, [["intake"], { via: "relay", listen: journal.listen }], [["signatureService"], custom]),
      "intake: must say how the relay is recognised",
    ],
  ],
  relayIsYourOwn: [
    [
      "copies from CodeTwo's service",
      edited(hybrid, [["intake"], relay]),
      "intake.via: must be connector, mailbox or journal",
    ],
  ],
  listenerIsReachable: [
    [
      "a listener on this machine only",
      edited(hybrid, [["intake", "smartHost"], "localhost"]),
      "intake.smartHost: must be the name under which Exchange reaches the daemon",
    ],
    [
      "the relay as the listener",
      edited(hybrid, [["signatureService"], custom], [["intake", "smartHost"], "RELAY.contoso.com"]),
      "intake.smartHost: must not be signatureService.smartHost",
    ],
    [
      "the second of several ways in",
      edited(hybrid, [
        ["intake"],
        [
          { ...mailbox("ews"), name: "Mailbox" },
          { ...connector, smartHost: "127.0.0.1" },
        ],
      ]),
      "intake[1].smartHost: must be the name under which Exchange reaches the daemon",
    ],
  ],
  webhookIsReachable: [
    [
      "a webhook for a mailbox that EWS reads",
      edited(hybrid, [
        ["intake"],
        { ...mailbox("ews"), webhook: { publicUrl: "https://siu.contoso.com/n", listen: {} } },
      ]),
      "intake.webhook: must go",
    ],
    [
      "a webhook on this machine's own address",
      edited(hybrid, [
        ["intake"],
        { ...mailbox("graph"), webhook: { publicUrl: "https://[::1]/n", listen: {} } },
      ]),
      "intake.webhook.publicUrl: must be the address under which the Internet reaches the daemon",
    ],
    [
      "a certificate without its key",
      edited(hybrid, [
        ["intake"],
        {
          ...mailbox("graph"),
          webhook: {
            publicUrl: "https://siu.contoso.com/n",
            listen: { certificate: "${file:/etc/siu/tls.pem}" },
          },
        },
      ]),
      "intake.webhook.listen: must have both key and certificate",
    ],
  ],
  listenersAreApart: [
    [
      "a webhook on another listener's port",
      edited(hybrid, [
        ["intake"],
        [
          connector,
          {
            ...mailbox("graph"),
            name: "Mailbox",
            webhook: { publicUrl: "https://siu.contoso.com/n", listen: { host: "0.0.0.0", port: 25 } },
          },
        ],
      ]),
      "intake[1].webhook.listen: must have a port or host of its own",
    ],
    [
      "two listeners on one port",
      edited(
        hybrid,
        [["signatureService"], custom],
        [["intake"], [connector, relay, { ...relay, listen: { ...relay.listen, port: 2525 } }]],
      ),
      "intake[1].listen: must have a port or host of its own",
    ],
    [
      "two listeners for one domain",
      edited(hybrid, [
        ["intake"],
        [
          connector,
          {
            ...journal,
            name: "Journal",
            journalingReportNdrTo: "ndr@contoso.com",
            listen: { ...journal.listen, port: 2525 },
          },
        ],
      ]),
      "intake[1].address: must be in a domain of its own",
    ],
  ],
  oneJournal: [
    [
      "two journals",
      edited(hybrid, [
        ["intake"],
        ["a", "b"].map((name, index) => ({
          ...journal,
          name,
          address: `journal@${name}.contoso.com`,
          journalingReportNdrTo: "ndr@contoso.com",
          listen: { ...journal.listen, port: 2525 + index },
        })),
      ]),
      "intake[1]: must go: one journal sees all mail",
    ],
  ],
});
