import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGraph, uma, type GraphTest } from "./client.ts";

let graph: GraphTest;
const eventual = { ConsistencyLevel: "eventual" };
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

const names = async (call: string, headers = {}): Promise<unknown[]> =>
  (await graph.ask(`GET ${call}`, undefined, headers)).value.map((each) => each["displayName"]);

describe("people", () => {
  test.each([
    "proxyAddresses/any(p:p eq 'smtp:u.patel@contoso.com')",
    "proxyAddresses/any(p:startswith(p,'SMTP:uma.'))",
    "mail eq 'uma.patel@contoso.com'",
    "startswith(displayName,'Uma') and accountEnabled eq true",
    "userPrincipalName in ('uma.patel@contoso.com')",
  ])("are found by $filter=%s", async (filter) => {
    expect(await names(`/users?$filter=${encodeURIComponent(filter)}`)).toEqual(["Uma Patel"]);
  });

  test.each(["endswith(mail,'.patel@contoso.com')", "not (mail ne 'uma.patel@contoso.com')"])(
    "are found by $filter=%s with ConsistencyLevel and $count only",
    async (filter) => {
      const query = `/users?$filter=${encodeURIComponent(filter)}`;
      const refused = await graph.ask(`GET ${query}`, undefined, eventual);
      expect(refused).toMatchObject({ status: 400, code: "Request_UnsupportedQuery" });
      const answer = await graph.ask(`GET ${query}&$count=true`, undefined, eventual);
      expect(answer.data).toMatchObject({ "@odata.count": 1, value: [{ displayName: "Uma Patel" }] });
    },
  );

  test("are sorted beside a filter, searched and counted with ConsistencyLevel only", async () => {
    const sorted = "/users?$filter=startswith(mail,'uma')&$orderby=displayName";
    expect(await graph.ask(`GET ${sorted}`)).toMatchObject({ code: "Request_UnsupportedQuery" });
    expect(await names(`${sorted}&$count=true`, eventual)).toEqual(["Uma Patel"]);
    const search = `/users?$search="displayName:pat"`;
    expect(await graph.ask(`GET ${search}`)).toMatchObject({ code: "Request_UnsupportedQuery" });
    expect(await names(search, eventual)).toEqual(["Uma Patel"]);
    const either = `/users?$search="mail:uma.patel" OR "displayName:victor"`;
    expect(await names(either, eventual)).toEqual(["Uma Patel", "Victor Hugo"]);
    expect(await graph.ask(`GET /users?$search=uma`, undefined, eventual)).toMatchObject({ status: 400 });
    const everyone = (await graph.ask("GET /users?$top=999")).value.length;
    expect((await graph.ask("GET /users/$count", undefined, eventual)).text).toBe(String(everyone));
    expect(await graph.ask("GET /users/$count")).toMatchObject({ status: 400, code: "Request_BadRequest" });
  });

  test("are told which groups they are in, through others too", async () => {
    const [signatures, board] = ["signatures", "board"].map(
      (each) => graph.recipient(`${each}@contoso.com`).guid,
    );
    const check = (groupIds: unknown[], person = "felix.braun@contoso.com") =>
      graph.ask(`POST /users/${person}/checkMemberGroups`, { groupIds });
    expect((await check([signatures, board])).data["value"]).toEqual([signatures]);
    expect((await check([board], uma)).data["value"]).toEqual([]);
    expect(await check([])).toMatchObject({ status: 400 });
    expect(await check([board], "nobody")).toMatchObject({ status: 404 });
  });
});

describe("groups", () => {
  test("tell by delta what is new, changed and gone, and whose members came and went", async () => {
    const round = await graph.ask("GET /groups/delta()?$select=displayName,members");
    const all = (await graph.ask("GET /groups?$top=999")).value.length;
    expect(round.value).toHaveLength(all);
    const link = (answer: { data: Record<string, unknown> }): string =>
      String(answer.data["@odata.deltaLink"]);
    const quiet = await graph.ask(`GET ${link(round)}`);
    expect(quiet.value).toEqual([]);
    const [sales, board] = [graph.recipient("sales@contoso.com"), graph.recipient("board@contoso.com")];
    const left = sales.members?.shift();
    sales.members?.push(graph.recipient(uma).guid);
    graph.side.recipients.delete(board.guid);
    const changes = await graph.ask(`GET ${link(quiet)}`);
    expect(changes.value).toEqual([
      {
        id: sales.guid,
        displayName: sales.displayName,
        "members@delta": [
          { "@odata.type": "#microsoft.graph.user", id: graph.recipient(uma).guid },
          { "@odata.type": "#microsoft.graph.user", id: left, "@removed": { reason: "deleted" } },
        ],
      },
      { id: board.guid, "@removed": { reason: "deleted" } },
    ]);
    expect((await graph.ask(`GET ${link(changes)}`)).value).toEqual([]);
    const gone = await graph.ask("GET /groups/delta?$deltatoken=unknown");
    expect(gone).toMatchObject({ status: 410, code: "syncStateNotFound" });
  });
});
