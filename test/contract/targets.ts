import { readFileSync } from "node:fs";
import { createEwsMailboxes } from "../../reconciler/mailbox/ews/adapter.ts";
import { createCall } from "../../reconciler/mailbox/ews/operation.ts";
import { createTransport } from "../../reconciler/mailbox/ews/transport.ts";
import { createGraphMailboxes } from "../../reconciler/mailbox/graph/adapter.ts";
import { connect } from "../../reconciler/mailbox/graph/client.ts";
import { bothSides } from "../../reconciler/mailbox/hybrid.ts";
import { credentialOf, tokens } from "../../reconciler/mailbox/application.ts";
import { createOperator } from "./ews-operator.ts";
import { startEmbedded } from "./embedded.ts";
import { startEmbeddedGraph } from "./embedded-graph.ts";
import { graphOperator } from "./graph-operator.ts";
import { ewsMover, graphMover, type Mover } from "./mover.ts";
import type { Operator } from "./ews-operator.ts";
import type { EwsConnection, EwsOptions } from "../../reconciler/mailbox/ews/adapter.ts";
import type { GraphOptions } from "../../reconciler/mailbox/graph/adapter.ts";

/** What the contracts need to know of an organization to ask it. */
export interface Facts {
  /** A mailbox that the service account may open; the tests put items into its Sent Items. */
  mailbox: string;
  /** An address of the organization without a mailbox. */
  missing: string;
  /** A mailbox outside of the service account's grant. */
  denied?: string;
  /** Addresses, and the mailboxes behind them. */
  people: [address: string, mailbox: string | undefined][];
  /** Groups, and all their members. */
  groups: [group: string, members: string[]][];
}

/** An organization, open behind both ports. */
export interface OpenTarget extends EwsConnection {
  facts: Facts;
  operator: Operator;
  mover: Mover;
}

/** One adapter and the organization that it is tried on. */
export interface Target {
  name: string;
  facts: Facts;
  open: () => Promise<OpenTarget>;
}

function ews(options: EwsOptions, facts: Facts, end: () => Promise<void>): OpenTarget {
  const connection = createEwsMailboxes(options);
  const transport = createTransport(options);
  const call = createCall(transport);
  const operator = createOperator(call, facts.mailbox);
  const mover = ewsMover(call, facts.mailbox);
  const close = async (): Promise<void> => {
    await connection.close();
    await transport.close();
    await end();
  };
  return { ...connection, facts, operator, mover, close };
}

function graph(options: GraphOptions, facts: Facts, end: () => Promise<void>): OpenTarget {
  const connection = createGraphMailboxes(options);
  const { signIn, now, ...rest } = options;
  const token = tokens(() => credentialOf(signIn), "https://graph.microsoft.com/.default", now);
  const own = connect({ ...rest, token });
  const close = async (): Promise<void> => {
    await connection.close();
    await own.close();
    await end();
  };
  const operator = graphOperator(own.call, facts.mailbox);
  const mover = graphMover(own.call, facts.mailbox);
  return { ...connection, facts, operator, mover, close };
}

const embedded: Facts = {
  mailbox: "anna.weber@contoso.com",
  missing: "signatures@contoso.com",
  denied: "tina.vogel@contoso.com",
  people: [
    ["anna.weber@contoso.com", "anna.weber@contoso.com"],
    ["Anna.WEBER@Contoso.com", "anna.weber@contoso.com"],
    ["a.weber@contoso.com", "anna.weber@contoso.com"],
    ["info@contoso.com", "info@contoso.com"],
    ["siu@contoso.com", "siu@contoso.com"],
    ["signatures@contoso.com", undefined],
    ["board@contoso.com", undefined],
    ["rosa.keller@partner.example", undefined],
    ["somebody@example.net", undefined],
    ["anna@contoso.com", undefined],
    // A mailbox of the other side is one, too; this side only cannot open it.
    ["uma.patel@contoso.com", "uma.patel@contoso.com"],
  ],
  groups: [
    ["board@contoso.com", ["anna.weber@contoso.com", "david.koch@contoso.com", "quentin.durand@contoso.com"]],
    [
      "Sales@Contoso.com",
      [
        "felix.braun@contoso.com",
        "greta.hansen@contoso.com",
        "henrik.olsen@contoso.com",
        "ines.garcia@contoso.com",
      ],
    ],
  ],
};

const { denied: _, ...withoutDenied } = embedded;

const embeddedOnline: Facts = {
  ...embedded,
  mailbox: "uma.patel@contoso.com",
  denied: "victor.hugo@contoso.com",
};

/**
 * A real organization from the environment: LIVE_EWS_URL, LIVE_USERNAME and LIVE_PASSWORD of the service account, LIVE_MAILBOX (the
 * tests leave items in its Sent Items), LIVE_GROUP and LIVE_GROUP_MEMBERS (all of them, comma-separated), and LIVE_CA_FILE (PEM) where needed.
 */
function live(): Target {
  const from = (name: string): string => {
    const value = process.env[name];
    if (value === undefined || value === "")
      throw new Error(`LIVE=1 also needs the environment variable ${name}.`);
    return value;
  };
  const authority = process.env["LIVE_CA_FILE"];
  const mailbox = from("LIVE_MAILBOX").toLowerCase();
  const facts: Facts = {
    mailbox,
    missing: from("LIVE_GROUP"),
    people: [
      [mailbox, mailbox],
      [from("LIVE_GROUP"), undefined],
    ],
    groups: [[from("LIVE_GROUP"), from("LIVE_GROUP_MEMBERS").toLowerCase().split(/[ ,]+/)]],
  };
  const options: EwsOptions = {
    url: from("LIVE_EWS_URL"),
    credential: { by: "basic", username: from("LIVE_USERNAME"), password: from("LIVE_PASSWORD") },
    ...(authority === undefined ? {} : { certificateAuthority: readFileSync(authority, "utf8") }),
  };
  return {
    name: `EWS of ${new URL(options.url).host}`,
    facts,
    open: async () => ews(options, facts, async () => {}),
  };
}

/** Every adapter; with LIVE=1 also a real organization. */
export const targets: Target[] = [
  {
    name: "EWS of the embedded Exchange",
    facts: embedded,
    open: async () => {
      const { options, close } = await startEmbedded("Alias -ne 'tina.vogel'");
      return ews(options, embedded, close);
    },
  },
  {
    name: "Graph of the embedded Exchange",
    facts: embeddedOnline,
    open: async () => {
      const { options, close } = await startEmbeddedGraph("Alias -ne 'victor.hugo'");
      return graph(options, embeddedOnline, close);
    },
  },
  {
    name: "both sides of the embedded Exchange",
    facts: embeddedOnline,
    open: async () => {
      const here = await startEmbedded("Alias -like '*'");
      const there = await startEmbeddedGraph("Alias -ne 'victor.hugo'", here.organization);
      const onPremises = createEwsMailboxes(here.options);
      const { operator, mover, close, check, inbox, ...online } = graph(
        there.options,
        embeddedOnline,
        there.close,
      );
      const both = bothSides(onPremises, online);
      return {
        ...both,
        check,
        inbox,
        facts: embeddedOnline,
        operator,
        mover,
        close: async () => {
          await onPremises.close();
          await close();
          await here.close();
        },
      };
    },
  },
  ...(process.env["LIVE"] === "1" ? [live()] : []),
];

/** The other ways to sign in to EWS, over which everything is the same. */
export const signIns: readonly Target[] = [
  {
    name: "EWS of the embedded Exchange by NTLM, with Extended Protection",
    facts: embedded,
    open: async () => {
      const { organization, account, options, close } = await startEmbedded("Alias -ne 'tina.vogel'");
      organization.settings.extendedProtection = "require";
      return ews({ ...options, credential: { by: "ntlm", ...account } }, embedded, close);
    },
  },
  {
    name: "EWS of the embedded Exchange by a token",
    // What an application may open on-premises is not limited by a scope.
    facts: withoutDenied,
    open: async () => {
      const here = await startEmbedded("Alias -like '*'");
      const there = await startEmbeddedGraph("Alias -like '*'", here.organization);
      here.organization.store.applications[0]?.permissions.push("full_access_as_app");
      const application = () => credentialOf(there.options.signIn);
      const tokenFor = () => tokens(application, "https://mail.contoso.com/.default", Date.now);
      const options = {
        ...here.options,
        credential: { by: "oauth", tokenFor },
        owner: here.account.username,
      } as const;
      return ews(options, withoutDenied, async () => {
        await there.close();
        await here.close();
      });
    },
  },
];
