import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { changesSince, nothingSeen } from "../folder-changes.ts";
import { removeItem, replaceItem } from "../mailbox.ts";
import { mimeOf, startGraph, uma, type Answered, type GraphTest } from "./client.ts";

let graph: GraphTest;
const base = `/users/${uma}`;
const delta = `${base}/mailFolders/sentitems/messages/delta`;

beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());
beforeEach(() => graph.mailbox().items.clear());

describe("mail folders", () => {
  test("are those of mail only, and found by well-known name or id", async () => {
    await graph.store("sentitems", mimeOf("One", "1@x"));
    const folders = await graph.ask(`GET ${base}/mailFolders?$top=50`);
    const names = folders.value.map((each) => each["displayName"]);
    expect(names).toContain("Sent Items");
    expect(names).not.toContain("Calendar");
    const known = await graph.ask(`GET ${base}/mailFolders/SentItems`);
    expect(known.data).toMatchObject({ displayName: "Sent Items", totalItemCount: 1, unreadItemCount: 0 });
    const byId = await graph.ask(`GET ${base}/mailFolders/${String(known.data["id"])}?$select=displayName`);
    expect(byId.data["displayName"]).toBe("Sent Items");
    expect(await graph.ask(`GET ${base}/mailFolders/nowhere`)).toMatchObject({ status: 400 });
    // A well-known folder that this mailbox does not have.
    const missing = { status: 404, code: "ErrorFolderNotFound" };
    expect(await graph.ask(`GET ${base}/mailFolders/SyncIssues`)).toMatchObject(missing);
  });

  test("are made within others, once for each name", async () => {
    const made = await graph.ask(`POST ${base}/mailFolders/inbox/childFolders`, { displayName: "Clients" });
    expect(made).toMatchObject({ status: 201, data: { displayName: "Clients", totalItemCount: 0 } });
    const again = await graph.ask(`POST ${base}/mailFolders/inbox/childFolders`, { displayName: "clients" });
    expect(again).toMatchObject({ status: 409, code: "ErrorFolderExists" });
    const inner = `${base}/mailFolders/inbox/childFolders/${String(made.data["id"])}/messages`;
    expect((await graph.ask(`GET ${inner}`)).value).toEqual([]);
    expect((await graph.ask(`GET ${base}/mailFolders/inbox/childFolders`)).value).toHaveLength(1);
    expect(await graph.ask(`POST ${base}/mailFolders`, {})).toMatchObject({ status: 400 });
  });
});

describe("delta", () => {
  /** Follows a link to the end of its round. */
  async function round(link: string, apply: (page: Answered) => void): Promise<string> {
    for (let next = link; ;) {
      const page = await graph.ask(`GET ${next}`);
      expect(page.status).toBe(200);
      apply(page);
      const { "@odata.nextLink": more, "@odata.deltaLink": end } = page.data;
      if (end !== undefined) return String(end);
      next = String(more);
    }
  }

  test("tells everything, then what was made, changed and taken away", async () => {
    const [one, two] = [
      await graph.store("sentitems", mimeOf("1", "1@x")),
      await graph.store("sentitems", mimeOf("2", "2@x")),
    ];
    const seen: Record<string, unknown>[] = [];
    const note = (page: Answered) => void seen.push(...page.value);
    const link = await round(`${delta}()?$select=subject&$top=1`, note);
    expect(seen.map((each) => each["subject"]).toSorted()).toEqual(["1", "2"]);
    const id = String(seen.find((each) => each["subject"] === "1")?.["id"]);
    await graph.ask(`PATCH ${base}/messages/${id}`, { subject: "1a" });
    await graph.ask(
      `POST ${base}/messages/${String(seen.find((each) => each["subject"] === "2")?.["id"])}/move`,
      { destinationId: "inbox" },
    );
    await graph.store("sentitems", mimeOf("3", "3@x"));
    seen.splice(0);
    const next = await round(link, note);
    expect(
      seen
        .filter((each) => each["subject"] !== undefined)
        .map((each) => each["subject"])
        .toSorted(),
    ).toEqual(["1a", "3"]);
    expect(seen.filter((each) => each["@removed"] !== undefined)).toHaveLength(1);
    expect(graph.mailbox().items.has(one.id) && !graph.mailbox().items.has(two.id)).toBe(true);
    seen.splice(0);
    await round(next, note);
    expect(seen).toEqual([]);
  });

  test("of a token that the server forgot is gone, and starts again", async () => {
    const gone = await graph.ask(`GET ${delta}?$deltatoken=unknown`);
    expect(gone).toMatchObject({ status: 410, code: "SyncStateNotFound" });
    expect(gone.headers.get("location")).toContain("/messages/delta");
  });

  test("filters by the time of arrival only", async () => {
    await graph.store("sentitems", mimeOf("old", "o@x"), Date.UTC(2025, 0, 1));
    await graph.store("sentitems", mimeOf("new", "n@x"), Date.UTC(2026, 9, 1));
    const since = await graph.ask(`GET ${delta}?$filter=receivedDateTime ge 2026-01-01T00:00:00Z`);
    expect(since.value.map((each) => each["subject"])).toEqual(["new"]);
    expect(await graph.ask(`GET ${delta}?$filter=isRead eq true`)).toMatchObject({ status: 400 });
  });

  test("leaves a client that applies every page with the server's folder, whatever happens between pages", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("add" as const) }),
      fc.record({ do: fc.constantFrom("change" as const, "move" as const), at: fc.nat(20) }),
      fc.record({ do: fc.constant("sync" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const mailbox = graph.mailbox();
        mailbox.items.clear();
        const mine = new Map<string, unknown>();
        let link = `${delta}?$select=changeKey&$top=2`;
        let number = 0;
        const apply = async (): Promise<boolean> => {
          const page = await graph.ask(`GET ${link}`);
          for (const each of page.value) {
            if (each["@removed"]) mine.delete(String(each["id"]));
            else mine.set(String(each["id"]), each["changeKey"]);
          }
          link = String(page.data["@odata.nextLink"] ?? page.data["@odata.deltaLink"]);
          return page.data["@odata.nextLink"] !== undefined;
        };
        for (const each of steps) {
          if (each.do === "sync") await apply();
          else if (each.do === "add") await graph.store("sentitems", mimeOf("x", `${number++}@x`));
          else {
            const ids = [...mailbox.items.keys()];
            const item = mailbox.items.get(ids[each.at % Math.max(ids.length, 1)] ?? "");
            if (item && each.do === "change") replaceItem(graph.organization, mailbox, { ...item });
            else if (item) removeItem(graph.organization, mailbox, item);
          }
        }
        while (await apply());
        while (await apply());
        const theirs = (
          await graph.ask(`GET ${base}/mailFolders/sentitems/messages?$select=changeKey&$top=100`)
        ).value;
        expect(Object.fromEntries(mine)).toEqual(
          Object.fromEntries(theirs.map((each) => [String(each["id"]), each["changeKey"]])),
        );
      }),
      { numRuns: 25 },
    );
  });
});

test("whoever synchronises a folder by other means learns what Graph did in it", async () => {
  const mailbox = graph.mailbox();
  const drafts = `${mailbox.owner}-drafts`;
  let { seen } = changesSince(mailbox, drafts, nothingSeen, graph.organization.nextId(), 100);
  const told = (): string[] => {
    const page = changesSince(mailbox, drafts, seen, graph.organization.nextId(), 100);
    seen = page.seen;
    return page.changes.map((change) => change.is);
  };
  const made = await graph.ask(`POST ${base}/messages`, { subject: "One" });
  const message = `${base}/messages/${String(made.data["id"])}`;
  expect(told()).toEqual(["create"]);
  await graph.ask(`PATCH ${message}`, { isRead: false });
  expect(told()).toEqual(["read"]);
  await graph.ask(`PATCH ${message}`, { subject: "Two" });
  expect(told()).toEqual(["update"]);
  await graph.ask(`POST ${message}/permanentDelete`);
  expect(told()).toEqual(["delete"]);
});
