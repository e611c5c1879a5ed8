import { rows, type Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { sorted } from "./connector.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";

const server = "EX01";
const everywhere = ["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0-255.255.255.255"];
const usages = ["Client", "Custom", "Internal", "Internet", "Partner"] as const;
/** What a usage type stands for. */
const meaning: Record<string, Row> = {
  Client: {
    PermissionGroups: "ExchangeUsers",
    AuthMechanism: "Tls, Integrated, BasicAuth, BasicAuthRequireTLS",
  },
  Custom: { PermissionGroups: "None", AuthMechanism: "Tls" },
  Internal: {
    PermissionGroups: "ExchangeServers, ExchangeLegacyServers",
    AuthMechanism: "Tls, ExchangeServer",
  },
  Internet: { PermissionGroups: "AnonymousUsers", AuthMechanism: "Tls" },
  Partner: { PermissionGroups: "Partners", AuthMechanism: "Tls", DomainSecureEnabled: true },
};

/** Servers of one's own only. Two connectors of a server never share an address, a port and the clients they are for. */
export const receiveConnector: Cmdlet[] = cmdletsOf({
  noun: "ReceiveConnector",
  unstored: ["Usage", ...usages],
  defaults: {
    Server: server,
    AuthMechanism: "Tls",
    Banner: "",
    BinaryMimeEnabled: true,
    ChunkingEnabled: true,
    Comment: "",
    ConnectionInactivityTimeout: "00:05:00",
    ConnectionTimeout: "00:10:00",
    DefaultDomain: null,
    DeliveryStatusNotificationEnabled: true,
    EightBitMimeEnabled: true,
    Enabled: true,
    EnhancedStatusCodesEnabled: true,
    ExtendedProtectionPolicy: "None",
    Fqdn: `${server}.contoso.com`,
    MaxAcknowledgementDelay: "00:00:30",
    MaxHeaderSize: "256 KB (262,144 bytes)",
    MaxHopCount: 60,
    MaxInboundConnection: "5000",
    MaxInboundConnectionPerSource: "20",
    MaxInboundConnectionPercentagePerSource: 2,
    MaxLocalHopCount: 12,
    MaxLogonFailures: 3,
    MaxMessageSize: "36 MB (37,748,736 bytes)",
    MaxProtocolErrors: "5",
    MaxRecipientsPerMessage: 200,
    MessageRateLimit: "Unlimited",
    MessageRateSource: "IPAddress",
    PermissionGroups: "None",
    PipeliningEnabled: true,
    ProtocolLoggingLevel: "None",
    RemoteIPRanges: everywhere,
    SizeEnabled: "Enabled",
    TarpitInterval: "00:00:05",
    TlsCertificateName: null,
    TransportRole: "HubTransport",
  },
  identity: (row) => `${String(row["Server"])}\\${String(row["Name"])}`,
  builtIn: ({ organization }) => [
    built("Default", 2525, "HubTransport", "ExchangeUsers, ExchangeServers, ExchangeLegacyServers"),
    built("Client Proxy", 465, "HubTransport", "ExchangeUsers, ExchangeServers"),
    {
      ...built(
        "Default Frontend",
        25,
        "FrontendTransport",
        "AnonymousUsers, ExchangeServers, ExchangeLegacyServers",
      ),
      // What the Hybrid Configuration Wizard writes, by which the server believes Exchange Online.
      ...(organization.environment === "hybrid"
        ? { TlsDomainCapabilities: ["mail.protection.outlook.com:AcceptCloudServicesMail"] }
        : {}),
    },
    built("Outbound Proxy Frontend", 717, "FrontendTransport", "ExchangeServers"),
    built("Client Frontend", 587, "FrontendTransport", "ExchangeUsers"),
  ],
  settle: (call, next, before) => {
    const usage =
      call.parameters["Usage"] ?? usages.find((each) => call.parameters[each] === true) ?? "Custom";
    if (!before) {
      for (const [name, value] of Object.entries(meaning[String(usage)] ?? {}))
        if (call.parameters[name] === undefined) next[name] = value;
      if (call.parameters["Bindings"] === undefined)
        next["Bindings"] = usage === "Client" ? ["[::]:587", "0.0.0.0:587"] : ["[::]:25", "0.0.0.0:25"];
    }
    next["Bindings"] = sorted(next["Bindings"]);
    next["RemoteIPRanges"] = sorted(next["RemoteIPRanges"]);
    for (const binding of sorted(next["Bindings"])) {
      if (!/^(\[[\da-f:.]+\]|\d+(\.\d+){3}|[\da-f:]+):\d{1,5}$/i.test(binding))
        throw invalid(`The value '${binding}' of the Bindings parameter isn't a valid IP address and port.`);
    }
    refuseConflict(call, next, before);
  },
});

function built(name: string, port: number, role: string, permissions: string): Row {
  return {
    Name: `${name} ${server}`,
    Bindings: [`0.0.0.0:${port}`, `[::]:${port}`],
    TransportRole: role,
    PermissionGroups: permissions,
    AuthMechanism: "Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer",
    MaxInboundConnectionPerSource: "Unlimited",
    MaxInboundConnectionPercentagePerSource: 100,
  };
}

function refuseConflict(call: Call, next: Row, before: Row | undefined): void {
  const overlap = (one: Row, name: string): boolean =>
    sorted(one[name]).some((value) => sorted(next[name]).includes(value));
  const rival = rows(call.side, "ReceiveConnector").find(
    (row) =>
      row !== before &&
      row["Server"] === next["Server"] &&
      overlap(row, "Bindings") &&
      (row["TransportRole"] !== next["TransportRole"] || overlap(row, "RemoteIPRanges")),
  );
  if (!rival) return;
  throw invalid(
    rival["TransportRole"] === next["TransportRole"]
      ? `The values that you specified for the Bindings and RemoteIPRanges parameters conflict with the settings on Receive connector "${String(rival["Identity"])}". Receive connectors assigned to a server must have unique combinations of local IP address, port and remote IP address ranges.`
      : `The values that you specified for the Bindings and TransportRole parameters conflict with the settings on Receive connector "${String(rival["Identity"])}". Receive connectors assigned to different Transport roles on a single server must listen on unique local IP address & port bindings.`,
  );
}
