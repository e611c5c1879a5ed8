import { expect, test } from "vitest";
import { createOrganization } from "../organization.ts";
import { rows, sideOf } from "../store.ts";

test("what every organization has is there before anybody asks for it", async () => {
  const organization = await createOrganization();
  const [onPremises, online] = [sideOf(organization, "onPremises"), sideOf(organization, "online")];
  for (const side of [onPremises, online]) {
    expect(rows(side, "TransportConfig")).toMatchObject([{ JournalingReportNdrTo: "<>" }]);
    expect(rows(side, "RemoteDomain")).toMatchObject([{ DomainName: "*" }]);
  }
  const frontend = rows(onPremises, "ReceiveConnector").find(
    (row) => row["Name"] === "Default Frontend EX01",
  );
  expect(frontend).toMatchObject({
    TlsDomainCapabilities: ["mail.protection.outlook.com:AcceptCloudServicesMail"],
  });
  expect(rows(onPremises, "ReceiveConnector")).toHaveLength(5);
  expect(rows(online, "ReceiveConnector")).toEqual([]);
});

test("servers without Exchange Online trust no such certificate", async () => {
  const side = sideOf(await createOrganization({ environment: "onPremises" }), "onPremises");
  expect(rows(side, "ReceiveConnector").flatMap((row) => row["TlsDomainCapabilities"] ?? [])).toEqual([]);
});
