import { describe, expect, test } from "vitest";
import { patience, tellLife, type Life } from "./life.ts";

describe("the life of a stack in Exchange Online alone", () => {
  tellLife({
    stack: "online",
    environment: "hybrid",
    dehydrated: true,
    prepare: (embedded) =>
      embedded.exchange("online").invoke("New-DynamicDistributionGroup", {
        Name: "Cloud",
        RecipientFilter: "Alias -eq 'victor.hugo' -or Alias -eq 'uma.patel'",
      }),
    meanwhile,
  });
});

const role = "Sent Items Update Mail.ReadWrite (online)";

function meanwhile(life: () => Life): void {
  test("the application is granted its role for the senders, and a dynamic group stands in its rule as its people", () => {
    const { embedded } = life();
    expect(embedded.stored("online", "ManagementRoleAssignment", role)).toMatchObject({
      Role: "Application Mail.ReadWrite",
      App: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
      CustomResourceScope: "Sent Items Update senders (online)",
    });
    expect(embedded.stored("online", "TransportRule", "Signatures of the cloud")).toMatchObject({
      From: ["uma.patel@contoso.com", "victor.hugo@contoso.com"],
    });
    expect(embedded.stored("online", "OrganizationConfig", "contoso.onmicrosoft.com")).toMatchObject({
      IsDehydrated: false,
    });
  });

  test(
    "a consent in Entra that voids the scope is told with every preview, and how many senders use licences",
    { timeout: patience },
    async () => {
      const { embedded, deployment } = life();
      const application = embedded.emulator.organization.store.applications.find(({ appId }) =>
        appId.startsWith("7d0e4a9b"),
      );
      application?.permissions.push("Mail.ReadWrite");
      const { code, output } = await deployment.pulumi("preview");
      application?.permissions.pop();
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/every mailbox, whatever the scope of this stack says: Mail\.ReadWrite/),
      ]);
      expect(output).toMatch(/'signatures' has \d+ senders, each of whom uses a licence/);
    },
  );

  test(
    "a right that is gone is found by a run that refreshes nothing, which says how to grant it",
    { timeout: patience },
    async () => {
      const { embedded, deployment } = life();
      const exchange = embedded.exchange("online");
      await exchange.invoke("Remove-ManagementRoleAssignment", { Identity: role, Confirm: false });
      const { code, output } = await deployment.pulumi("preview", "--expect-no-changes");
      expect([output, code]).toEqual([
        expect.stringMatching(/lacks the role 'Application Mail\.ReadWrite'/),
        7,
      ]);
    },
  );
}
