import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rows, sideOf } from "../../emulator/store.ts";
import { createDeployment, type Deployment } from "../deployment.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";

const patience = 180_000;
const up = ["up", "--yes", "--skip-preview"];
const role = "Sent Items Update Mail.ReadWrite (online)";
const nouns = [
  "ServicePrincipal",
  "ManagementScope",
  "ManagementRoleAssignment",
  "InboundConnector",
  "OutboundConnector",
  "TransportRule",
];

describe("the life of a stack in Exchange Online alone", () => {
  let embedded: Embedded;
  let deployment: Deployment;
  let before: string[];
  /** Everything that a stack could make or leave. */
  const everything = (): string[] => {
    const online = sideOf(embedded.emulator.organization, "online");
    return [
      ...nouns.flatMap((noun) => rows(online, noun).map((row) => `${noun} ${String(row["Guid"])}`)),
      ...[...online.recipients.values()].map(({ guid, members }) => `${guid} ${members?.length}`),
    ];
  };
  beforeAll(async () => {
    embedded = await startEmbedded("hybrid", { dehydrated: true });
    before = everything();
    deployment = await createDeployment("online", embedded.environment);
  }, patience);
  afterAll(async () => {
    await deployment.close();
    await embedded.close();
  });

  test(
    "one command provisions it, and a second one has nothing to change",
    { timeout: patience },
    async () => {
      // The rule names a group that does not exist before the first run.
      expect(await deployment.pulumi("preview")).toMatchObject({
        code: 0,
        output: expect.stringMatching(/'signatures' has \d+ senders, each of whom uses a licence/) as string,
      });
      const first = await deployment.pulumi(...up);
      expect(first).toMatchObject({
        code: 0,
        output: expect.stringContaining("configuration of its own") as string,
      });
      expect(embedded.stored("online", "ManagementRoleAssignment", role)).toMatchObject({
        Role: "Application Mail.ReadWrite",
        App: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
        CustomResourceScope: "Sent Items Update senders (online)",
      });
      const second = await deployment.pulumi(...up);
      expect(second).toMatchObject({
        code: 0,
        output: expect.not.stringMatching(/created|updated|replaced/) as string,
      });
      expect(await deployment.pulumi("preview", "--refresh", "--expect-no-changes")).toMatchObject({
        code: 0,
      });
    },
  );

  test(
    "a right that is gone is found by a run that refreshes nothing, which says how to grant it",
    { timeout: patience },
    async () => {
      const exchange = embedded.exchange("online");
      await exchange.invoke("Remove-ManagementRoleAssignment", { Identity: role, Confirm: false });
      expect(await deployment.pulumi("preview", "--expect-no-changes")).toMatchObject({
        code: expect.not.stringMatching("0") as number,
        output: expect.stringMatching(/lacks the role 'Application Mail\.ReadWrite'/) as string,
      });
    },
  );

  test("who joined the group is found, and taken out again", { timeout: patience }, async () => {
    const exchange = embedded.exchange("online");
    await exchange.invoke("Add-DistributionGroupMember", {
      Identity: "stamped@contoso.com",
      Member: "nils.berger@contoso.com",
      BypassSecurityGroupManagerCheck: true,
    });
    expect(await deployment.pulumi("preview", "--refresh", "--expect-no-changes")).toMatchObject({
      code: expect.not.stringMatching("0") as number,
      output: expect.stringMatching(
        /DistributionGroup 'stamped@contoso\.com' was changed .*nils\.berger/,
      ) as string,
    });
  });

  test("the run that grants it again then finds that it works", { timeout: patience }, async () => {
    const mended = await deployment.pulumi(...up, "--refresh");
    const members = await embedded
      .exchange("online")
      .invoke("Get-DistributionGroupMember", { Identity: "stamped@contoso.com" });
    expect(members.map((row) => row["Alias"])).toEqual(["anna.weber", "uma.patel", "sales"]);
    expect(mended).toMatchObject({ code: 0, output: expect.stringContaining("application-check") as string });
    expect(await deployment.pulumi("preview", "--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
  });

  test(
    "a consent in Entra that voids the scope is told with every preview",
    { timeout: patience },
    async () => {
      const application = embedded.emulator.organization.store.applications.find(({ appId }) =>
        appId.startsWith("7d0e4a9b"),
      );
      application?.permissions.push("Mail.ReadWrite");
      expect(await deployment.pulumi("preview")).toMatchObject({
        code: 0,
        output: expect.stringMatching(
          /every mailbox, whatever the scope of this stack says: Mail\.ReadWrite/,
        ) as string,
      });
      application?.permissions.pop();
    },
  );

  test("is removed without a trace", { timeout: patience }, async () => {
    expect(await deployment.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    expect(everything()).toEqual(before);
  });
});
