import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import { receiveFromRelay } from "../../../providers/presets.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { livesAndDies, mends, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded("onPremises")));
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

const relay = {
  smartHost: "relay.contoso.com",
  serverCertificateName: "relay.contoso.com",
  clientCertificateName: "relay.contoso.com",
  processedHeader: "X-Stamped",
};
const settings = { name: "From the relay", enabled: true, retainInternalHeaders: true, adopt: false };
const byAddress = wish(
  "ReceiveConnector",
  receiveFromRelay({ ...settings, remoteAddresses: ["192.0.2.10", "192.0.2.0/28"] }, relay),
);
const byCertificate = wish(
  "ReceiveConnector",
  receiveFromRelay({ ...settings, bindings: ["0.0.0.0:2526"] }, relay),
);

describe("a receive connector", () => {
  test.each([
    ["by the relay's address", byAddress],
    ["of a server by its name", wish("ReceiveConnector", { ...byAddress.inputs, Server: "EX01" })],
    ["by the relay's certificate", byCertificate],
  ])("%s is made, found unchanged and removed", (_, inputs) => livesAndDies(inputs, embedded));

  test("trusts the relay like a server of one's own, by its address or else by its certificate", async () => {
    for (const inputs of [byAddress, byCertificate]) {
      const { id, state } = await lifecycle.create(embedded.world, inputs);
      const row = embedded.stored("onPremises", "ReceiveConnector", "From the relay");
      expect(row).toMatchObject(
        inputs === byAddress
          ? {
              AuthMechanism: "Tls, ExternalAuthoritative",
              PermissionGroups: "ExchangeServers",
              RequireTLS: true,
            }
          : {
              AuthMechanism: "Tls",
              PermissionGroups: "AnonymousUsers",
              TlsDomainCapabilities: ["relay.contoso.com:AcceptCloudServicesMail"],
            },
      );
      await lifecycle.remove(embedded.world, id, state);
    }
  });

  test("does not trust it where internal headers are not retained", () => {
    const inputs = receiveFromRelay(
      { ...settings, retainInternalHeaders: false, remoteAddresses: ["192.0.2.10"] },
      relay,
    );
    expect(inputs).toMatchObject({ AuthMechanism: "Tls", PermissionGroups: "AnonymousUsers" });
    expect(inputs).not.toHaveProperty("TlsDomainCapabilities");
  });

  test.each([
    ["more clients", { RemoteIPRanges: ["192.0.2.10", "198.51.100.0/24"] }, "RemoteIPRanges"],
    ["another port", { Bindings: ["0.0.0.0:2527"] }, "Bindings"],
    ["more permissions", { PermissionGroups: "AnonymousUsers, ExchangeServers" }, "PermissionGroups"],
    ["another sign-in", { AuthMechanism: "Tls, BasicAuth" }, "AuthMechanism"],
    ["no TLS", { RequireTLS: false }, "RequireTLS"],
    ["a capability", { TlsDomainCapabilities: ["x.example:AcceptOorgProtocol"] }, "TlsDomainCapabilities"],
    ["switched off", { Enabled: false }, "Enabled"],
  ])("with %s is brought back", (_, parameters, told) =>
    mends(byAddress, embedded, ["Set-ReceiveConnector", parameters], told),
  );
});
