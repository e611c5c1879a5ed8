import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createObject } from "../admin/object.ts";
import { rows, type Row } from "../store.ts";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";

const minute = 60_000;
let graph: GraphTest;
let now: number;
beforeEach(async () => {
  now = Date.UTC(2026, 10, 22);
  graph = await startGraph({ now: () => now });
  graph.application.permissions = [];
});
afterEach(() => graph.close());

function grant(role: string, scope?: { filter: string; exclusive?: boolean }, on = graph): Row {
  const [principal] = rows(on.side, "ServicePrincipal");
  const name = scope && `${role} ${scope.filter}`;
  if (scope)
    createObject(on.organization, on.side, "ManagementScope", {
      Name: name,
      RecipientFilter: scope.filter,
      Exclusive: scope.exclusive ?? false,
    });
  return createObject(on.organization, on.side, "ManagementRoleAssignment", {
    Name: `${role}-${name ?? "all"}`,
    Role: role,
    App: principal?.["ObjectId"],
    RoleAssigneeType: "ServicePrincipal",
    RoleAssignmentDelegationType: "Regular",
    Enabled: true,
    CustomResourceScope: name ?? null,
  });
}

const status = async (address: string, on = graph): Promise<number> =>
  (await on.ask(`GET /users/${address}/messages`)).status;
const victor = "victor.hugo@contoso.com";

describe("RBAC for Applications", () => {
  test("by membership of a group counts who is in it, not who is in a group within it", async () => {
    const people = [...graph.side.mailboxes.keys()];
    const team = graph.recipient("signatures@contoso.com");
    const nested = graph.recipient("sales@contoso.com");
    const [inside, below] = [uma, victor].map((address) => graph.recipient(address).guid);
    team.members = [inside ?? "", nested.guid];
    nested.members = [below ?? ""];
    expect(people).toContain(below);
    grant("Application Mail.ReadWrite", { filter: `MemberOfGroup -eq '${team.distinguishedName}'` });
    expect([await status(uma), await status(victor)]).toEqual([200, 403]);
  });

  test("with an exclusive scope keeps nobody else out", async () => {
    grant("Application Mail.ReadWrite", { filter: "Alias -eq 'uma.patel'", exclusive: true });
    grant("Application Mail.Read");
    expect([await status(uma), await status(victor)]).toEqual([200, 200]);
  });

  test("whose scope is gone grants nothing", async () => {
    const { CustomResourceScope: name } = grant("Application Mail.Read", { filter: "Alias -eq 'uma.patel'" });
    expect(await status(uma)).toBe(200);
    for (const [guid, row] of graph.side.objects.get("ManagementScope") ?? [])
      if (row["Name"] === name) graph.side.objects.get("ManagementScope")?.delete(guid);
    expect(await status(uma)).toBe(403);
  });

  test.each(["Application Mail Full Access", "Application Exchange Full Access"])(
    "in the role %s includes all that is done with mail",
    async (role) => {
      grant(role);
      expect((await graph.ask(`POST /users/${uma}/messages`, { subject: "x" })).status).toBe(201);
      expect((await graph.ask("GET /users")).status).toBe(403);
    },
  );

  test("guards what sent messages say with a role of its own", async () => {
    grant("Application Mail.ReadWrite");
    now = Date.UTC(2026, 11, 31);
    const { id } = await graph.store("sentitems", mimeOf("Offer", "a@x"));
    expect(id).toBeTruthy();
    const [message] = (await graph.ask(`GET /users/${uma}/messages`)).value;
    const patch = () =>
      graph.ask(`PATCH /users/${uma}/messages/${String(message?.["id"])}`, { subject: "New" });
    expect(await patch()).toMatchObject({ status: 403, code: "ErrorAccessDenied" });
    grant("Application Mail-Advanced.ReadWrite.All");
    expect(await patch()).toMatchObject({ status: 200 });
  });
});

test("what an application may do is remembered for up to two hours, half an hour when it asks for nothing", async () => {
  const slow = await startGraph({ now: () => now, settings: { permissionCache: 120 * minute } });
  slow.application.permissions = [];
  expect(await status(uma, slow)).toBe(403);
  const assignment = grant("Application Mail.Read", undefined, slow);
  for (let passed = 0; passed < 119; passed += 17) {
    expect(await status(uma, slow)).toBe(403);
    now += 17 * minute;
  }
  now += minute;
  expect(await status(uma, slow)).toBe(200);
  assignment["Enabled"] = false;
  expect(await status(uma, slow)).toBe(200);
  now += 30 * minute;
  expect(await status(uma, slow)).toBe(403);
  await slow.close();
});
