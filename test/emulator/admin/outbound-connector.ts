import { rows, type Row } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { connectorSource, sorted } from "./connector.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import { date, oneOf } from "./parameter.ts";

/** What a new one has where nothing is said. */
export const outboundConnectorDefaults: Row = {
  Enabled: true,
  UseMXRecord: true,
  Comment: "",
  ConnectorType: "Partner",
  ConnectorSource: "Default",
  RecipientDomains: [],
  SmartHosts: [],
  TlsDomain: null,
  TlsSettings: null,
  IsTransportRuleScoped: false,
  RouteAllMessagesViaOnPremises: false,
  CloudServicesMailEnabled: false,
  AllAcceptedDomains: false,
  SenderRewritingEnabled: false,
  TestMode: false,
  LinkForModifiedConnector: "00000000-0000-0000-0000-000000000000",
  ValidationRecipients: [],
  IsValidated: false,
  LastValidationTimestamp: null,
  MtaStsMode: "Opportunistic",
  SmtpDaneMode: "Opportunistic",
};

export const outboundConnector: Cmdlet[] = cmdletsOf({
  noun: "OutboundConnector",
  types: {
    ConnectorSource: connectorSource,
    LastValidationTimestamp: date,
    TlsSettings: { ...oneOf("EncryptionOnly", "CertificateValidation", "DomainValidation"), nullable: true },
  },
  defaults: outboundConnectorDefaults,
  settle: (_call, next) => {
    if (next["ConnectorSource"] === "AdminUI") next["ConnectorSource"] = "Default";
    if (next["TlsDomain"] === "") next["TlsDomain"] = null;
    const hosts = (next["SmartHosts"] = sorted(next["SmartHosts"]));
    const domains = (next["RecipientDomains"] = sorted(next["RecipientDomains"]));
    if (next["UseMXRecord"] === true && hosts.length > 0) {
      throw invalid("The SmartHosts parameter can't be used when UseMXRecord is set to $true.");
    }
    if (next["UseMXRecord"] === false && hosts.length === 0) {
      throw invalid("You must specify at least one smart host when UseMXRecord is set to $false.");
    }
    if (next["TlsSettings"] === "DomainValidation" && next["TlsDomain"] === null) {
      throw invalid("You must specify the TlsDomain parameter when TlsSettings is set to DomainValidation.");
    }
    if (next["TlsDomain"] !== null && next["TlsSettings"] !== "DomainValidation") {
      throw invalid("The TlsDomain parameter can be used only when TlsSettings is set to DomainValidation.");
    }
    if (next["ConnectorType"] !== "OnPremises" && next["CloudServicesMailEnabled"] === true) {
      throw invalid(
        "The CloudServicesMailEnabled parameter can be set to $true only for connectors of type OnPremises.",
      );
    }
    const scoped = next["IsTransportRuleScoped"] === true || next["AllAcceptedDomains"] === true;
    if (domains.length === 0 && !scoped) {
      throw invalid(
        "You must specify at least one value for the RecipientDomains parameter, or scope the connector to transport rules.",
      );
    }
  },
  select: (call, found) => {
    const { IncludeTestModeConnectors: tests, IsTransportRuleScoped: scoped } = call.parameters;
    return found
      .filter(
        (row) => tests === true || row["TestMode"] !== true || call.parameters["Identity"] !== undefined,
      )
      .filter((row) => scoped === undefined || row["IsTransportRuleScoped"] === scoped);
  },
  // Rules hold on to the connector itself, so a new name shows in them too.
  afterSet: (call, row, before) => {
    for (const rule of rows(call.side, "TransportRule")) {
      if (rule["RouteMessageOutboundConnector"] === before["Name"])
        rule["RouteMessageOutboundConnector"] = row["Name"];
    }
  },
  beforeRemove: (call, row) => {
    const user = rows(call.side, "TransportRule").find(
      (rule) => rule["RouteMessageOutboundConnector"] === row["Name"],
    );
    if (user) {
      throw invalid(
        `The connector '${String(row["Name"])}' can't be removed because it's used by the transport rule '${String(user["Name"])}'.`,
      );
    }
  },
});
