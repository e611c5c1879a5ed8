import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createObject } from "../admin/object.ts";
import { recipientByAddress, rows } from "../store.ts";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";
import { createThrottle, outlookLimits } from "./throttle.ts";

let graph: GraphTest;
let now = Date.UTC(2026, 10, 22);
beforeEach(async () => {
  now = Date.UTC(2026, 10, 22);
  graph = await startGraph({ now: () => now });
});
afterEach(() => graph.close());

const list = `/users/${uma}/messages`;
const victor = "/users/victor.hugo@contoso.com/messages";

describe("who may ask", () => {
  test("is decided by a token for Graph", async () => {
    expect(await graph.ask(`GET ${list}`, undefined, { Authorization: "" })).toMatchObject({
      status: 401,
      code: "InvalidAuthenticationToken",
    });
    const exchange = await graph.token("https://outlook.office365.com/.default");
    expect(await graph.ask(`GET ${list}`, undefined, { Authorization: `Bearer ${exchange}` })).toMatchObject({
      status: 401,
    });
    const token = await graph.token();
    now += 2 * 3_600_000;
    const late = await graph.ask(`GET ${list}`, undefined, { Authorization: `Bearer ${token}` });
    expect(late).toMatchObject({ status: 401 });
    expect(late.headers.get("www-authenticate")).toContain("Bearer");
  });

  test("is decided anew when tokens are revoked, for a client that understands challenges", async () => {
    const claims = { claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}' };
    const [lasting, other] = [await graph.token(undefined, claims), await graph.token()];
    now += 1000;
    graph.application.revokedBefore = now / 1000;
    const as = (token: string) => graph.ask(`GET ${list}`, undefined, { Authorization: `Bearer ${token}` });
    expect(await as(other)).toMatchObject({ status: 200 });
    const challenged = await as(lasting);
    expect(challenged).toMatchObject({ status: 401, code: "InvalidAuthenticationToken" });
    const header = challenged.headers.get("www-authenticate") ?? "";
    expect(header).toContain('error="insufficient_claims"');
    const wanted = Buffer.from(/claims="([^"]+)"/.exec(header)?.[1] ?? "", "base64").toString();
    expect(JSON.parse(wanted)).toEqual({
      access_token: { nbf: { essential: true, value: String(now / 1000) } },
    });
    expect(await as(await graph.token(undefined, claims))).toMatchObject({ status: 200 });
  });

  test("needs consent for everyone, or a grant for the mailbox; and consent voids the grant's scope", async () => {
    graph.application.permissions = [];
    expect(await graph.ask(`GET ${list}`)).toMatchObject({ status: 403, code: "ErrorAccessDenied" });
    expect(await graph.ask("GET /users")).toMatchObject({ status: 403, code: "Authorization_RequestDenied" });
    const [principal] = rows(graph.side, "ServicePrincipal");
    createObject(graph.organization, graph.side, "ManagementScope", {
      Name: "Uma",
      RecipientFilter: "Alias -eq 'uma.patel'",
    });
    createObject(graph.organization, graph.side, "ManagementRoleAssignment", {
      Name: "Mail",
      Role: "Application Mail.ReadWrite",
      App: principal?.["ObjectId"],
      RoleAssigneeType: "ServicePrincipal",
      RoleAssignmentDelegationType: "Regular",
      Enabled: true,
      CustomResourceScope: "Uma",
    });
    expect(await graph.ask(`GET ${list}`)).toMatchObject({ status: 200 });
    expect(await graph.ask(`GET ${victor}`)).toMatchObject({ status: 403 });
    graph.application.permissions = ["Mail.Read"];
    expect(await graph.ask(`GET ${victor}`)).toMatchObject({ status: 200 });
    expect(await graph.ask(`POST ${victor}`, { subject: "x" })).toMatchObject({ status: 403 });
  });

  test("may change what a sent message says from 2026-12-31 with the advanced permission only", async () => {
    await graph.store("sentitems", mimeOf("Offer", "a@x"));
    graph.application.permissions = ["Mail.ReadWrite"];
    const [message] = (await graph.ask(`GET ${list}`)).value;
    const draft = (await graph.ask(`POST ${list}`, { subject: "Draft" })).data;
    const patch = (id: unknown, body: object) => graph.ask(`PATCH ${list}/${String(id)}`, body);
    expect(await patch(message?.["id"], { subject: "Before" })).toMatchObject({ status: 200 });
    now = Date.UTC(2026, 11, 31);
    expect(await patch(message?.["id"], { subject: "After" })).toMatchObject({
      status: 403,
      code: "ErrorAccessDenied",
    });
    expect(await patch(message?.["id"], { isRead: true })).toMatchObject({ status: 200 });
    expect(await patch(draft["id"], { subject: "After" })).toMatchObject({ status: 200 });
    graph.application.permissions.push("Mail-Advanced.ReadWrite.All");
    expect(await patch(message?.["id"], { subject: "After" })).toMatchObject({ status: 200 });
  });

  test.each(["GET /me", "GET /me/messages", "DELETE /Me/messages/1"])(
    "has to be somebody where it is %s, and an application is nobody",
    async (call) => {
      const { status, data } = await graph.ask(call);
      expect(status).toBe(400);
      expect(data["error"]).toMatchObject({
        code: "BadRequest",
        message: "/me request is only valid with delegated authentication flow.",
      });
    },
  );

  test("finds people by id and UPN, and no mailbox that is on-premises", async () => {
    expect(await graph.ask("GET /users/nobody@contoso.com/messages")).toMatchObject({
      status: 404,
      code: "ErrorInvalidUser",
    });
    expect(await graph.ask("GET /users/anna.weber@contoso.com/messages")).toMatchObject({
      status: 404,
      code: "MailboxNotEnabledForRESTAPI",
    });
    const { guid } = graph.recipient(uma);
    expect(await graph.ask(`GET /users/${guid}/messages`)).toMatchObject({ status: 200 });
    expect((await graph.ask(`GET /users/${guid}`)).data).toMatchObject({
      userPrincipalName: uma,
      displayName: "Uma Patel",
    });
    expect(await graph.ask("GET /users/nobody")).toMatchObject({
      status: 404,
      code: "Request_ResourceNotFound",
    });
  });
});

describe("limits and failures", () => {
  test("a fifth request at once to a mailbox waits, one to another does not", async () => {
    const throttle = createThrottle({ ...outlookLimits, concurrent: 4 });
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = [1, 2, 3, 4].map(() => throttle("a", now, 0, () => promise));
    await expect(throttle("a", now, 0, () => promise)).rejects.toMatchObject({
      status: 429,
      headers: { "Retry-After": "1" },
    });
    expect(await throttle("b", now, 0, async () => "other")).toBe("other");
    resolve("done");
    await Promise.all(running);
    expect(await throttle("a", now, 0, async () => "again")).toBe("again");
  });

  test("too many requests are told how long to wait", async () => {
    const limited = await startGraph({ now: () => now, limits: { ...outlookLimits, requests: 1 } });
    expect(await limited.ask(`GET ${list}`)).toMatchObject({ status: 200 });
    now += 60_000;
    const refused = await limited.ask(`GET ${list}`);
    expect(refused).toMatchObject({ status: 429, code: "ApplicationThrottled" });
    expect(refused.headers.get("retry-after")).toBe("540");
    now += 540_000;
    expect(await limited.ask(`GET ${list}`)).toMatchObject({ status: 200 });
    await limited.close();
  });

  test("more than 150 MB in five minutes are told how long to wait, each application and mailbox for itself", async () => {
    const limited = await startGraph({ now: () => now, limits: { ...outlookLimits, upload: 1000 } });
    const post = (address: string, size: number) =>
      limited.ask(`POST /users/${address}/messages`, { subject: "x".repeat(size) });
    expect(await post(uma, 600)).toMatchObject({ status: 201 });
    now += 60_000;
    const refused = await post(uma, 600);
    expect(refused).toMatchObject({ status: 429, code: "ApplicationThrottled" });
    expect(refused.headers.get("retry-after")).toBe("240");
    expect(await post("victor.hugo@contoso.com", 600)).toMatchObject({ status: 201 });
    expect(await limited.ask(`GET ${list}`)).toMatchObject({ status: 200 });
    now += 240_000;
    expect(await post(uma, 600)).toMatchObject({ status: 201 });
    await limited.close();
  });

  test("requests of one batch are throttled one by one", async () => {
    const limited = await startGraph({ now: () => now, limits: { ...outlookLimits, requests: 2 } });
    const requests = ["1", "2", "3"].map((id) => ({ id, method: "GET", url: list }));
    const answer = await limited.ask("POST /$batch", { requests });
    expect(answer.status).toBe(200);
    const responses = answer.data["responses"] as { status: number; headers: Record<string, string> }[];
    expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 200, 429]);
    expect(responses.find(({ status }) => status === 429)?.headers).toMatchObject({ "Retry-After": "600" });
    await limited.close();
  });

  test.each([
    ["throttle", 429],
    ["unavailable", 503],
    ["expired", 401],
  ] as const)("%s is answered as asked for, once", async (failure, status) => {
    graph.organization.faults.add({ protocol: "graph", operation: "ListMessages", failure, retryAfter: 0.5 });
    const failed = await graph.ask(`GET ${list}`);
    expect(failed.status).toBe(status);
    expect(failed.headers.get("retry-after")).toBe(status === 401 ? null : "0.5");
    expect(await graph.ask(`GET ${list}`)).toMatchObject({ status: 200 });
  });

  test("a connection that breaks after the work leaves the work done", async () => {
    graph.organization.faults.add({ protocol: "graph", operation: "CreateMessage", failure: "dropAfter" });
    await expect(graph.ask(`POST ${list}`, { subject: "Once" })).rejects.toThrow("fetch failed");
    expect((await graph.ask(`GET ${list}`)).value).toHaveLength(1);
  });

  test("a refusal has the same trouble on its way as any answer", async () => {
    graph.organization.faults.add({ protocol: "graph", operation: "GetMessage", failure: "dropAfter" });
    await expect(graph.ask(`GET ${list}/nothing`)).rejects.toThrow("fetch failed");
  });

  test.each([
    ["GET /nothing", 400],
    ["GET /users/%E0/messages", 400],
    ["PUT /users", 405],
    [`GET ${list}/%00`, 400],
    [`GET /me/messages`, 400],
  ])("%s is answered with an error in Graph's form", async (call, status) => {
    const refused = await graph.ask(call);
    expect(refused.status).toBe(status);
    expect(refused.data["error"]).toMatchObject({
      innerError: { "request-id": refused.headers.get("request-id") },
    });
  });

  test("a body above 4 MB is refused, and the server lives on", async () => {
    expect(await graph.ask(`POST ${list}`, { subject: "x".repeat(5_000_000) })).toMatchObject({
      status: 413,
    });
    expect(await graph.ask(`POST ${list}`, { subject: "[".repeat(1000) })).toMatchObject({ status: 201 });
    expect(
      await graph.ask(`POST ${list}`, "[".repeat(100_000), { "Content-Type": "application/json" }),
    ).toMatchObject({
      status: 400,
      code: "RequestBodyRead",
    });
  });
});

describe("groups", () => {
  test("list their own members, or everybody in them, people alone when asked", async () => {
    const [group] = (
      await graph.ask("GET /groups?$filter=mail eq 'signatures@contoso.com'&$select=id,displayName")
    ).value;
    const of = `/groups/${String(group?.["id"])}`;
    expect((await graph.ask(`GET ${of}`)).data).toMatchObject({ mail: "signatures@contoso.com" });
    const direct = (await graph.ask(`GET ${of}/members`)).value;
    expect(direct.map((each) => each["mail"])).toContain("sales@contoso.com");
    expect(direct.map((each) => each["mail"])).not.toContain("felix.braun@contoso.com");
    const people = await graph.ask(`GET ${of}/transitiveMembers/microsoft.graph.user?$top=5`);
    expect(people.data["@odata.nextLink"]).toContain("$skiptoken=");
    const all = (await graph.ask(`GET ${of}/transitiveMembers`)).value.map((each) => each["mail"]);
    expect(all).toContain("felix.braun@contoso.com");
    expect(new Set(all).size).toBe(all.length);
    expect(await graph.ask("GET /groups/none/members")).toMatchObject({ status: 404 });
  });

  test("with a filter are Exchange's own, and those for rights are told", async () => {
    const of = async (mail: string) =>
      (await graph.ask(`GET /groups?$filter=mail eq '${mail}'&$select=id,securityEnabled`)).value;
    const sales = recipientByAddress(graph.side, "sales@contoso.com");
    const details = sales?.other ?? {};
    details["RecipientTypeDetails"] = "MailUniversalSecurityGroup";
    expect(await of("sales@contoso.com")).toMatchObject([{ securityEnabled: true }]);
    details["RecipientTypeDetails"] = "DynamicDistributionGroup";
    expect(await of("sales@contoso.com")).toEqual([]);
    expect(await graph.ask(`GET /groups/${sales?.guid}`)).toMatchObject({ status: 404 });
  });
});

describe("$batch", () => {
  const part = (id: string, more: object = {}) => ({ id, method: "GET", url: `${list}?$top=1`, ...more });

  test("answers each of up to twenty requests, and has dependent ones wait or fail", async () => {
    const create = {
      method: "POST",
      url: list,
      body: { subject: "Made" },
      headers: { "Content-Type": "application/json" },
    };
    const answer = await graph.ask("POST /$batch", {
      requests: [
        part("1", create),
        part("2", { dependsOn: ["1"], url: `${list}?$filter=subject eq 'Made'` }),
        part("3", { url: "/users/nobody/messages" }),
        part("4", { dependsOn: ["3"] }),
        ...Array.from({ length: 16 }, (_, index) => part(`more${index}`)),
      ],
    });
    expect(answer.status).toBe(200);
    const responses = answer.data["responses"] as {
      id: string;
      status: number;
      body: { value?: unknown[] };
    }[];
    const of = (id: string) => responses.find((each) => each.id === id);
    expect([of("1")?.status, of("3")?.status, of("4")?.status]).toEqual([201, 404, 424]);
    expect(of("2")?.body.value).toHaveLength(1);
    expect(responses.filter(({ id, status }) => id.startsWith("more") && status === 200)).toHaveLength(16);
  });

  test("carries bytes as base64, there and back", async () => {
    const mime = mimeOf("Grüße", "batch@x").replaceAll("\n", "\r\n");
    await graph.store("inbox", mime);
    const [message] = (await graph.ask(`GET ${list}`)).value;
    const answer = await graph.ask("POST /$batch", {
      requests: [part("1", { url: `${list}/${String(message?.["id"])}/$value` })],
    });
    const [response] = answer.data["responses"] as { headers: Record<string, string>; body: string }[];
    expect(response?.headers["Content-Type"]).toBe("text/plain");
    expect(Buffer.from(response?.body ?? "", "base64").toString()).toContain("Subject: Grüße");
    const made = await graph.ask("POST /$batch", {
      requests: [
        part("1", {
          method: "POST",
          url: list,
          headers: { "Content-Type": "text/plain" },
          body: Buffer.from(mime).toString("base64"),
        }),
      ],
    });
    expect(made.data["responses"]).toMatchObject([
      { status: 201, body: { subject: "Grüße", isDraft: true } },
    ]);
  });

  test.each([
    [Array.from({ length: 21 }, (_, index) => part(String(index)))],
    [[]],
    [[part("1"), part("1")]],
    [[part("1", { dependsOn: ["2"] }), part("2")]],
    [[part("1", { method: "POST", body: {} })]],
  ])("refuses wrong ones as a whole", async (requests) => {
    expect(await graph.ask("POST /$batch", { requests })).toMatchObject({ status: 400, code: "BadRequest" });
  });
});
