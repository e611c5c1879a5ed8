import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import { relayOf, sendToIntake, sendToRelay } from "../../../providers/presets.ts";
import type { Connectors, CustomService } from "../../../stacks/config/types.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { livesAndDies, mends, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded("onPremises")));
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

const service = {
  preset: "custom",
  smartHost: "relay.contoso.com",
  serverCertificateName: "*.contoso.com",
  clientCertificateName: "relay.contoso.com",
  processedHeader: "X-Stamped",
} satisfies CustomService;
const relay = relayOf(service, { inbound: {}, outbound: {} } as Connectors);
const settings = {
  name: "To the relay",
  addressSpaces: ["*", "Fabrikam.com"],
  cost: 5,
  port: 2525,
  enabled: true,
};
const connector = wish("SendConnector", sendToRelay({ ...settings, adopt: false }, relay));

describe("a send connector", () => {
  test.each([
    ["to the relay", connector],
    [
      "to the relay, from chosen servers",
      wish("SendConnector", sendToRelay({ ...settings, sourceServers: ["ex01"], adopt: false }, relay)),
    ],
    ["to the listener", wish("SendConnector", sendToIntake("Intake", "siu.contoso.com", "siu.contoso.com"))],
    ["to an address", wish("SendConnector", sendToIntake("Intake", "192.0.2.1", "siu.contoso.com"))],
  ])("%s is made, found unchanged and removed", (_, inputs) => livesAndDies(inputs, embedded));

  test("is made as one that checks the relay's certificate", async () => {
    const { id, state } = await lifecycle.create(embedded.world, connector);
    expect(embedded.stored("onPremises", "SendConnector", "To the relay")).toMatchObject({
      AddressSpaces: ["SMTP:*;5", "SMTP:Fabrikam.com;5"],
      SmartHosts: ["relay.contoso.com"],
      Port: 2525,
      DNSRoutingEnabled: false,
      RequireTLS: true,
      TlsAuthLevel: "DomainValidation",
      TlsDomain: "*.contoso.com",
      Enabled: true,
    });
    await lifecycle.remove(embedded.world, id, state);
  });

  test.each([
    ["another cost", { AddressSpaces: ["*;9", "fabrikam.com;5"] }, "AddressSpaces"],
    ["another smart host", { SmartHosts: ["other.example"] }, "SmartHosts"],
    ["no TLS", { RequireTLS: false }, "RequireTLS"],
    ["STARTTLS ignored", { RequireTLS: false, IgnoreSTARTTLS: true }, "IgnoreSTARTTLS"],
    ["a certificate of anybody", { TlsAuthLevel: "EncryptionOnly", TlsDomain: null }, "TlsAuthLevel"],
    ["switched off", { Enabled: false }, "Enabled"],
    ["scoped to its site", { IsScopedConnector: true }, "IsScopedConnector"],
  ])("with %s is brought back", (_, parameters, told) =>
    mends(connector, embedded, ["Set-SendConnector", parameters], told),
  );

  test("is told of others that take the same mail for no higher cost", async () => {
    const exchange = embedded.exchange("onPremises");
    // The seed has a connector for all mail, as every organization has.
    await exchange.invoke("New-SendConnector", {
      Name: "Spare",
      AddressSpaces: ["fabrikam.com;50"],
      SourceTransportServers: ["EX01"],
    });
    embedded.said.length = 0;
    await lifecycle.check(embedded.world, connector);
    expect(embedded.said).toEqual([expect.stringContaining("'Internet' takes mail to '*' at the cost 1")]);
  });
});
