import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Examination } from "../../../providers/doctor/examine.ts";
import type { Parameters, SideName } from "../../../providers/exchange/port.ts";
import { rows, sideOf, type Application } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { deploy } from "./patient.ts";
import { of, saidOf, type Edit } from "./said.ts";

let embedded: Embedded;
const said = (name: string, edit?: Edit, more: Partial<Examination> = {}): Promise<string[]> =>
  saidOf(name, embedded, edit, more);
const cmdlet = (side: SideName, name: string, parameters: Parameters) =>
  embedded.exchange(side).invoke(name, parameters);

describe("an organization in Exchange Online", () => {
  let application: Application;
  beforeAll(async () => {
    embedded = await startEmbedded();
    const found = embedded.emulator.organization.store.applications.find(({ appId }) =>
      appId.startsWith("7d0e"),
    );
    if (!found) throw new Error("There is no application.");
    application = found;
    await deploy("online", embedded);
  });
  afterAll(() => embedded.close());

  /** What is said while something was consented to. */
  async function consenting(...permissions: string[]): Promise<string[]> {
    application.permissions = permissions;
    const found = await said("online");
    application.permissions = [];
    embedded.renew();
    return found;
  }

  test("SIU010: a consent that voids the scope", async () => {
    expect(of("SIU010", await said("online"))).toEqual([]);
    expect(of("SIU010", await consenting("Mail.ReadWrite", "User.Read.All"))).toEqual([
      expect.stringMatching(/whatever the scope says: Mail\.ReadWrite was consented to in Entra/),
    ]);
  });

  test("SIU011: consents that nobody can see", async () => {
    const world = { ...embedded.world, consents: async () => ({ unknown: "its secret is elsewhere" }) };
    expect(of("SIU011", await said("online", undefined, { world }))).toEqual([
      expect.stringContaining("nobody saw whether there is one: its secret is elsewhere"),
    ]);
  });

  test("SIU022: the permission for Exchange Web Services", async () => {
    const found = await consenting("full_access_as_app");
    expect(of("SIU022", found)).toEqual([expect.stringMatching(/end in Exchange Online in \d+ days/)]);
  });

  test("SIU020, SIU021, SIU023: before Microsoft's days, after them, and ready", async () => {
    const at = (time: number) => said("online", undefined, { world: { ...embedded.world, now: () => time } });
    const before = await at(Date.UTC(2026, 10, 25));
    expect(of("SIU020", before)).toEqual([
      expect.stringMatching(/^SIU020 In 36 days .*New-ManagementRoleAssignment -App c1f86a3e/),
    ]);
    expect(of("SIU023", before)).toEqual([expect.not.stringContaining("2026-12-31")]);
    expect(of("SIU021", await at(Date.UTC(2027, 0, 1)))).toEqual([
      expect.stringContaining("which the application lacks"),
    ]);
    await cmdlet("online", "New-ManagementRoleAssignment", {
      Name: "Advanced",
      App: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
      Role: "Application Mail-Advanced.ReadWrite.All",
      CustomResourceScope: "Sent Items Update senders (online)",
    });
    const after = await at(Date.UTC(2027, 0, 1));
    expect([...of("SIU020", after), ...of("SIU021", after)]).toEqual([]);
    expect(of("SIU023", after)).toEqual([expect.stringMatching(/2026-12-31 .* and 2027-04-01/)]);
  });

  test("SIU014: an exclusive scope", async () => {
    const scope = rows(sideOf(embedded.emulator.organization, "online"), "ManagementScope").find(
      ({ Name }) => Name === "Sent Items Update senders (online)",
    );
    Object.assign(scope ?? {}, { Exclusive: true });
    expect(of("SIU014", await said("online"))[0]).toMatch(/is exclusive: .*Make one without -Exclusive/);
    Object.assign(scope ?? {}, { Exclusive: false });
    expect(of("SIU014", await said("online"))).toEqual([]);
  });

  test("SIU015: a dehydrated tenant", async () => {
    const [config] = rows(sideOf(embedded.emulator.organization, "online"), "OrganizationConfig");
    Object.assign(config ?? {}, { IsDehydrated: true });
    expect(of("SIU015", await said("online"))).toEqual([
      expect.stringContaining("Enable-OrganizationCustomization"),
    ]);
    Object.assign(config ?? {}, { IsDehydrated: false });
  });

  test("SIU017: a policy of the old kind", async () => {
    await cmdlet("online", "New-ApplicationAccessPolicy", {
      AppId: "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047",
      PolicyScopeGroupId: "signatures@contoso.com",
      AccessRight: "RestrictAccess",
      Description: "Old",
    });
    expect(of("SIU017", await said("online"))).toEqual([expect.stringContaining("'Old' is of the old kind")]);
  });

  test("SIU072: an intake mailbox in Exchange Online", async () => {
    const edit: Edit = (text) =>
      text.replace(/intake:[^]*$/, "intake:\n  via: mailbox\n  read: graph\n  address: copies@contoso.com\n");
    expect(of("SIU072", await said("online", edit))).toEqual([
      expect.stringContaining("3,600 messages an hour at most"),
    ]);
  });

  test("a permission that says nothing about mail is no finding", async () => {
    const found = await consenting("User.Read.All");
    expect([...of("SIU010", found), ...of("SIU022", found)]).toEqual([]);
  });
});

describe("an organization with servers of its own", () => {
  beforeAll(async () => {
    embedded = await startEmbedded("onPremises");
    await deploy("onprem", embedded);
  });
  afterAll(() => embedded.close());

  test("SIU013: a group that came into a group of the scope", async () => {
    await cmdlet("onPremises", "New-DistributionGroup", {
      Name: "Late",
      PrimarySmtpAddress: "late@contoso.com",
    });
    await cmdlet("onPremises", "Add-DistributionGroupMember", {
      Identity: "signatures@contoso.com",
      Member: "late@contoso.com",
      BypassSecurityGroupManagerCheck: true,
    });
    expect(of("SIU013", await said("onprem"))).toEqual([
      expect.stringMatching(/Members of 'Late' are not in the management scope .*sees direct members only/),
    ]);
  });

  test("SIU044: a cheaper send connector takes the relay's mail", async () => {
    const edit: Edit = (text) =>
      `${text}\nsignatureService:\n  preset: custom\n  smartHost: relay.contoso.com\n  serverCertificateName: relay.contoso.com\n  clientCertificateName: relay.contoso.com\n  processedHeader: X-Stamped\nconnectors:\n  send: {}\n`;
    expect(of("SIU044", await said("onprem", edit))).toEqual([
      expect.stringMatching(/'Internet' takes mail to '\*' at the cost 1/),
    ]);
  });
});
