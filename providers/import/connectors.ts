import type { Row } from "../exchange/port.ts";
import { hosts, loose } from "../forms.ts";
import type { ObjectKind, Props } from "../kind.ts";
import { inboundConnector } from "../kinds/inbound-connector.ts";
import { allOutbound, outboundConnector } from "../kinds/outbound-connector.ts";
import { receiveConnector } from "../kinds/receive-connector.ts";
import { sendConnector } from "../kinds/send-connector.ts";
import { markOf, originOf } from "../mark.ts";
import { inboundFromRelay, outboundToRelay, receiveFromRelay, sendToRelay } from "../presets.ts";
import { adoption, textsOf, unless, unlike, type Section, type Source } from "./found.ts";

/** The way to the signature service and back. */
export interface Way {
  signatureService?: Section;
  connectors?: Section;
  /** The connector that rules send mail to. */
  connector?: string;
}

const usual = { enabled: true, retainInternalHeaders: true };

/** The connectors of Exchange Online: this stack's, the manual's, or else the first that only rules use. @throws Fault */
export async function onlineWay(source: Source, processedHeader: string): Promise<Way> {
  const { session, stack, remark } = source;
  const routed = (await allOutbound(session)).filter(
    (row) => loose(row["IsTransportRuleScoped"]) === "true" && textsOf(row["SmartHosts"]).length === 1,
  );
  const out = preferred(routed, outboundConnector, "CodeTwo Outbound Connector", stack);
  if (!out) return {};
  const [smartHost = ""] = textsOf(out["SmartHosts"]);
  const name = String(out["Name"]);
  const inbound = await session.rows("InboundConnector");
  const back =
    inbound.find((row) => loose(row["TlsSenderCertificateName"]) === loose(smartHost)) ??
    preferred(
      inbound.filter((row) => loose(row["RequireTls"]) === "true"),
      inboundConnector,
      "CodeTwo Inbound Connector 2.0",
      stack,
    );
  const serverCertificateName = String(out["TlsDomain"] ?? "");
  const clientCertificateName = String(back?.["TlsSenderCertificateName"] || smartHost);
  const [, subdomain, germany] = /^([a-z0-9-]+)\.(de-)?smtp\.codetwo\.online$/i.exec(smartHost) ?? [];
  const signatureService =
    subdomain !== undefined && loose(processedHeader) === "x-codetwoprocessed"
      ? { preset: "codetwo", subdomain, ...(germany !== undefined && { region: "germany" }) }
      : { preset: "custom", smartHost, serverCertificateName, clientCertificateName, processedHeader };
  const codeTwo = signatureService.preset === "codetwo";
  const toRelay = outboundToRelay(name, { smartHost, certificateName: serverCertificateName }, wayOf(out));
  const fromRelay = back && inboundFromRelay(String(back["Name"]), clientCertificateName, wayOf(back));
  const fits =
    back !== undefined &&
    fromRelay !== undefined &&
    isLike(outboundConnector, toRelay, out, source) &&
    isLike(inboundConnector, fromRelay, back, source);
  if (!back) remark(`No inbound connector takes mail back from '${smartHost}'.`);
  return {
    signatureService,
    connector: name,
    connectors: {
      // What the file cannot say as it is stays in the hands that made it.
      ...(!fits && { manage: "none" }),
      inbound: {
        ...unless({ name: "CodeTwo Inbound Connector 2.0", ...usual }, settingsOf(back)),
        ...(codeTwo &&
          loose(clientCertificateName) !== loose(smartHost) && { certificateName: clientCertificateName }),
        ...(back && adoption(inboundConnector, back, stack)),
      },
      outbound: {
        ...unless({ name: "CodeTwo Outbound Connector", ...usual }, settingsOf(out)),
        ...(codeTwo &&
          loose(serverCertificateName) !== "*.codetwo.com" && { certificateName: serverCertificateName }),
        ...adoption(outboundConnector, out, stack),
      },
    },
  };
}

/** The connectors of servers of one's own to a relay of one's own; `known` are those of the daemon's ways in. @throws Fault */
export async function ownWay(
  source: Source,
  processedHeader: string,
  known: ReadonlySet<string>,
): Promise<Way> {
  const { session, stack } = source;
  const sending = (await session.rows("SendConnector")).filter(
    (row) =>
      !known.has(String(row["Name"])) &&
      textsOf(row["SmartHosts"]).length === 1 &&
      loose(row["RequireTLS"]) === "true",
  );
  const out = preferred(sending, sendConnector, "Sent Items Update to the relay", stack);
  if (!out) return {};
  const smartHost = String(hosts(out["SmartHosts"]));
  const relay = {
    smartHost,
    serverCertificateName: String(out["TlsDomain"] ?? ""),
    clientCertificateName: smartHost,
    processedHeader,
  };
  const spaces = textsOf(out["AddressSpaces"]).map((each) => each.replace(/^smtp:/i, "").split(";"));
  const send = {
    name: String(out["Name"]),
    enabled: loose(out["Enabled"]) === "true",
    addressSpaces: spaces.map(([domain = ""]) => domain),
    cost: Number(spaces[0]?.[1] ?? 1),
    port: Number(out["Port"]),
    adopt: false as const,
  };
  if (!isLike(sendConnector, sendToRelay(send, relay), out, source)) return {};
  const receiving = (await session.rows("ReceiveConnector")).filter(
    (row) => loose(row["RequireTLS"]) === "true",
  );
  const back = preferred(receiving, receiveConnector, "Sent Items Update from the relay", stack);
  const taken = back && receiveOf(back, relay, source);
  return {
    signatureService: {
      preset: "custom",
      ...relay,
      ...(taken?.client && { clientCertificateName: taken.client }),
    },
    connectors: {
      send: {
        ...unless(
          { name: "Sent Items Update to the relay", enabled: true, cost: 1, port: 25 },
          {
            ...send,
            adopt: undefined,
          },
        ),
        ...adoption(sendConnector, out, stack),
      },
      ...(taken && { receive: taken.section }),
    },
  };
}

type RelayNames = Parameters<typeof receiveFromRelay>[1];

function receiveOf(
  row: Row,
  relay: RelayNames,
  source: Source,
): { section: Section; client?: string } | undefined {
  const [client] = textsOf(row["TlsDomainCapabilities"]).map((each) => each.split(":")[0]);
  const ranges = textsOf(row["RemoteIPRanges"]);
  const everybody = ranges.some((each) => each.startsWith("0.0.0.0-255."));
  const written = {
    name: String(row["Name"]),
    enabled: loose(row["Enabled"]) === "true",
    bindings: textsOf(row["Bindings"]),
    retainInternalHeaders: client !== undefined || /external/i.test(String(row["AuthMechanism"])),
    adopt: false as const,
    ...(!everybody && { remoteAddresses: ranges }),
  };
  const names = { ...relay, ...(client !== undefined && { clientCertificateName: client }) };
  if (!isLike(receiveConnector, receiveFromRelay(written, names), row, source)) return undefined;
  const { adopt: _, bindings, ...rest } = written;
  const usually = { name: "Sent Items Update from the relay", ...usual };
  return {
    section: {
      ...unless(usually, rest),
      ...(bindings.join(",") !== "0.0.0.0:25" && { bindings }),
      ...adoption(receiveConnector, row, source.stack),
    },
    ...(client !== undefined && { client }),
  };
}

/** This stack's own, the one of the usual name, or the first. */
function preferred(
  rows: readonly Row[],
  { mark = "" }: ObjectKind,
  name: string,
  stack: string,
): Row | undefined {
  return (
    rows.find((row) => originOf(row[mark], markOf(stack))) ??
    rows.find((row) => loose(row["Name"]) === loose(name)) ??
    rows[0]
  );
}

function isLike(kind: ObjectKind, props: Props, row: Row, { stack, remark }: Source): boolean {
  const other = unlike(kind, props, row, stack);
  if (other.length > 0)
    remark(
      `${kind.noun} '${String(row["Name"])}' is not as the file would make it (${other.join(", ")}), and stays out of it.`,
    );
  return other.length === 0;
}

function wayOf(row: Row): { enabled: boolean; retainHeaders: boolean } {
  return {
    enabled: loose(row["Enabled"]) === "true",
    retainHeaders: loose(row["CloudServicesMailEnabled"]) === "true",
  };
}

function settingsOf(row: Row | undefined): Section {
  if (!row) return {};
  const { enabled, retainHeaders } = wayOf(row);
  return { name: String(row["Name"]), enabled, retainInternalHeaders: retainHeaders };
}
