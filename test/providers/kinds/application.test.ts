import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { explain } from "../../../providers/explain.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Props, World } from "../../../providers/kind.ts";
import { rows, sideOf } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { made, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded("hybrid", { dehydrated: true })));
afterAll(() => embedded.close());
beforeEach(() => {
  embedded.renew();
  embedded.said.length = 0;
  embedded.waits.length = 0;
});

const AppId = "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047";
const App = "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62";
const Role = "Application Mail.ReadWrite";
const principal = (more: Props = {}) =>
  wish("ServicePrincipal", { AppId, ObjectId: App, DisplayName: "Sent Items Update", ...more });
const online = () => sideOf(embedded.emulator.organization, "online");
const run = (cmdlet: string, parameters: Props) => embedded.exchange("online").invoke(cmdlet, parameters);

/** A resource is found unchanged by the next run, and removed without a trace. */
async function unchanged({ id, state, prepared }: Awaited<ReturnType<typeof made>>): Promise<void> {
  embedded.renew();
  const seen = await lifecycle.read(embedded.world, id, state);
  expect(seen && lifecycle.diff(seen, prepared).changes).toBe(false);
}

describe("a new tenant", () => {
  const scope = wish(
    "ManagementScope",
    { Name: "Early", Include: "all", Users: [], Groups: [] },
    { side: "online" },
  );

  test("takes no scope before it has a configuration of its own", async () => {
    await expect(made(scope, embedded)).rejects.toThrow(/Enable-OrganizationCustomization/);
  });

  test("gets one, once, and says so", async () => {
    const custom = wish("OrganizationCustomization", {});
    const first = await made(custom, embedded);
    expect(first.state.observed).toEqual({ Dehydrated: "false" });
    expect(embedded.said).toEqual([expect.stringContaining("configuration of its own")]);
    embedded.calls.length = 0;
    embedded.renew();
    await made(custom, embedded);
    expect(embedded.calls).toEqual(["online Get-OrganizationConfig"]);
    await unchanged(first);
    const { id, state } = await made(scope, embedded);
    await lifecycle.remove(embedded.world, id, state);
  });
});

describe("the pointer to an application", () => {
  test("is made, found unchanged, mended and removed", async () => {
    const first = await made(principal(), embedded);
    expect(rows(online(), "ServicePrincipal").find((row) => row["AppId"] === AppId)).toMatchObject({
      ObjectId: App,
      DisplayName: "Sent Items Update [sent-items-update:test]",
    });
    await unchanged(first);
    const row = rows(online(), "ServicePrincipal").find((each) => each["AppId"] === AppId);
    if (row) row["DisplayName"] = "Somebody's [sent-items-update:test]";
    embedded.renew();
    const seen = await lifecycle.read(embedded.world, first.id, first.state);
    expect(seen && explain(seen, first.prepared)).toMatch(/ServicePrincipal '7d0e4a9b-.*DisplayName/);
    await lifecycle.update(embedded.world, first.id, first.state, first.prepared);
    expect(row?.["DisplayName"]).toBe("Sent Items Update [sent-items-update:test]");
    const other = principal({ ObjectId: "00000000-0000-4000-8000-000000000000" });
    expect(lifecycle.diff(first.state, other)).toMatchObject({
      replaces: ["inputs"],
      deleteBeforeReplace: true,
    });
    await lifecycle.remove(embedded.world, first.id, first.state);
    expect(rows(online(), "ServicePrincipal").filter((each) => each["AppId"] === AppId)).toEqual([]);
  });

  test("that somebody else made is refused by its application id, and taken over when the file says so", async () => {
    await run("New-ServicePrincipal", { AppId, ObjectId: App, DisplayName: "Theirs" });
    await expect(made(principal(), embedded)).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: expect.stringContaining(AppId) as string,
    });
    embedded.renew();
    const adopted = await made({ ...principal(), adopt: true }, embedded);
    await unchanged(adopted);
    await run("Remove-ServicePrincipal", { Identity: AppId, Confirm: false });
  });
});

describe("an application that was removed", () => {
  test("neither counts as present nor blocks a new one, and its grants neither", async () => {
    const everything = [principal(), wish("ApplicationGrant", { Name: "Again", Role, App })];
    for (const _ of [1, 2]) {
      const objects = [];
      for (const each of everything) objects.push(await made(each, embedded));
      for (const each of objects) await unchanged(each);
      for (const { id, state } of objects.toReversed()) {
        await lifecycle.remove(embedded.world, id, state);
        embedded.renew();
        expect(await lifecycle.read(embedded.world, id, state)).toBeUndefined();
      }
    }
  });

  test("and is still pointed to under another application id is told", async () => {
    const old = AppId.replace("7", "8");
    await run("New-ServicePrincipal", { AppId: old, ObjectId: App, DisplayName: "Removed in Entra" });
    embedded.renew();
    await expect(made(principal(), embedded)).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: expect.stringMatching(/removed lately keeps it\. In Entra .*Get-ServicePrincipal/) as string,
    });
    await run("Remove-ServicePrincipal", { Identity: old, Confirm: false });
  });
});

describe("an application's right to mailboxes", () => {
  const scope = wish(
    "ManagementScope",
    { Name: "Senders", Include: "only", Users: [], Groups: ["signatures@contoso.com"] },
    { side: "online" },
  );
  const grant = (more: Props = {}) =>
    wish("ApplicationGrant", { Name: "Grant", Role, App, CustomResourceScope: "Senders", ...more });
  const check = (more: Props = {}) =>
    wish("ApplicationCheck", {
      App,
      Roles: [Role],
      Granted: true,
      Scoped: true,
      Include: "only",
      Users: [],
      Groups: ["signatures@contoso.com"],
      Hybrid: false,
      ...more,
    });

  beforeAll(async () => {
    embedded.renew();
    await made(principal(), embedded);
    await made(scope, embedded);
  });

  test("is unknown or missing until it is granted, and says which cmdlet grants it", async () => {
    await expect(made(check({ Granted: false }), embedded)).rejects.toThrow(
      /lacks the role 'Application Mail\.ReadWrite'.*New-ManagementRoleAssignment -App/,
    );
    await expect(made(check({ App: AppId.replace("7", "8"), Granted: false }), embedded)).rejects.toThrow(
      /does not know the application.*New-ServicePrincipal/,
    );
    expect(embedded.waits).toEqual([]);
  });

  test("is granted within the scope, found unchanged, mended, and works in the senders' mailboxes", async () => {
    const first = await made(grant(), embedded);
    expect(first.state.observed).toMatchObject({ App, CustomResourceScope: "senders" });
    await unchanged(first);
    const row = embedded.stored("online", "ManagementRoleAssignment", "Grant");
    if (row) row["CustomResourceScope"] = null;
    embedded.renew();
    const seen = await lifecycle.read(embedded.world, first.id, first.state);
    expect(seen && explain(seen, first.prepared)).toMatch(
      /CustomResourceScope is not set instead of "senders"/,
    );
    await lifecycle.update(embedded.world, first.id, first.state, first.prepared);
    expect(row?.["CustomResourceScope"]).toBe("Senders");
    const tried = await made(check(), embedded);
    expect(tried.state.observed).toMatchObject({
      Result: "WORKS",
      Mailbox: expect.stringContaining("@contoso.com") as string,
    });
    const outside = check({ Mailbox: "info@contoso.com", Granted: false });
    await expect(made(outside, embedded)).rejects.toThrow(/lacks the role/);
  });

  test("is tried in every run, past what Exchange Online remembers", async () => {
    const { state, prepared } = await made(check(), embedded);
    const row = embedded.stored("online", "ManagementRoleAssignment", "Grant");
    if (row) row["Enabled"] = false;
    embedded.renew();
    expect(lifecycle.diff(await lifecycle.current(embedded.world, state, prepared), prepared).changes).toBe(
      true,
    );
    if (row) row["Enabled"] = true;
    embedded.renew();
    expect(lifecycle.diff(await lifecycle.current(embedded.world, state, prepared), prepared).changes).toBe(
      false,
    );
  });

  test("lacks each role for itself", async () => {
    const both = check({ Roles: [Role, "Application Mail-Advanced.ReadWrite.All"], Granted: false });
    await expect(made(both, embedded)).rejects.toThrow(
      /lacks the role 'Application Mail-Advanced\.ReadWrite\.All'/,
    );
  });

  test("shown late by Exchange is waited for", async () => {
    const waiting: World = {
      ...embedded.world,
      wait: async () =>
        void (await run("Set-ManagementRoleAssignment", { Identity: "Grant", Enabled: true })),
    };
    await run("Set-ManagementRoleAssignment", { Identity: "Grant", Enabled: false });
    expect((await lifecycle.create(waiting, check())).state.observed).toMatchObject({ Result: "WORKS" });
    expect(embedded.said).toEqual([expect.stringMatching(/some minutes to show a new grant/)]);
  });

  test("beside which there is a wider one is told with every preview", async () => {
    await lifecycle.check(embedded.world, grant());
    expect(embedded.said).toEqual([]);
    await run("New-ManagementRoleAssignment", { Name: "Wide", Role, App });
    await lifecycle.check(embedded.world, grant());
    expect(embedded.said).toEqual([expect.stringMatching(/others than the senders.*'Wide'/)]);
    await run("Remove-ManagementRoleAssignment", { Identity: "Wide", Confirm: false });
  });

  test("that a consent in Entra voids is told with every preview; one without a scope has nothing to void", async () => {
    const consented = (roles: string[]): World => ({ ...embedded.world, consents: async () => ({ roles }) });
    await lifecycle.check(consented(["User.Read.All", "Exchange.ManageAsApp"]), check());
    expect(embedded.said).toEqual([]);
    await lifecycle.check(consented(["Mail.ReadWrite"]), check({ Scoped: false }));
    expect(embedded.said).toEqual([]);
    embedded.renew();
    await lifecycle.check(consented(["Mail.ReadWrite", "full_access_as_app", "User.Read.All"]), check());
    expect(embedded.said).toEqual([
      expect.stringMatching(
        /every mailbox, whatever the scope.*: Mail\.ReadWrite, full_access_as_app was consented/,
      ),
    ]);
    embedded.said.length = 0;
    embedded.renew();
    await lifecycle.check(
      { ...embedded.world, consents: async () => ({ unknown: "no secret here" }) },
      check(),
    );
    expect(embedded.said).toEqual([expect.stringMatching(/Nobody looked.*no secret here/)]);
  });
});
