import { Agent, request } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recipientByAddress, sideOf, type Row } from "../store.ts";
import { basic, fetchToken, openSession, type AdminSession } from "./session.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let now = Date.UTC(2026, 10, 22);
let sessions: Sessions;
const opened: AdminSession[] = [];
beforeEach(async () => {
  sessions = await startSessions({ now: () => now });
});
afterEach(async () => {
  for (const session of opened.splice(0)) await session.close();
  await sessions.close();
});

function open(side: "onPremises" | "online", authorization: string): AdminSession {
  const { world } = sessions;
  const session = openSession(world[side]?.admin ?? "", world.organization.authority.ca, authorization);
  opened.push(session);
  return session;
}

function password(alias: string): string {
  return (
    recipientByAddress(sideOf(sessions.world.organization, "onPremises"), `${alias}@contoso.com`)?.password ??
    ""
  );
}

describe("who may call", () => {
  test("on-premises: administrators by UPN or domain name, nobody else", async () => {
    expect(
      (await open("onPremises", basic("CONTOSO\\admin", password("admin"))).run("Get-AcceptedDomain")).status,
    ).toBe(200);
    const wrong = await open("onPremises", basic("admin@contoso.com", "wrong")).run("Get-AcceptedDomain");
    expect(wrong.status).toBe(401);
    expect(wrong.headers["www-authenticate"]).toContain("Basic");
    const person = await open("onPremises", basic("anna.weber@contoso.com", password("anna.weber"))).run(
      "Get-AcceptedDomain",
    );
    expect(person.status).toBe(403);
    expect((await open("onPremises", "Bearer x").run("Get-AcceptedDomain")).status).toBe(401);
  });

  test("online: applications with a token, until it expires", async () => {
    expect((await sessions.online.run("Get-AcceptedDomain")).status).toBe(200);
    now += 3_600_000;
    expect((await sessions.online.run("Get-AcceptedDomain")).status).toBe(401);
    expect((await open("online", "Bearer e30.e30.AAAA").run("Get-AcceptedDomain")).status).toBe(401);
    expect(
      (await open("online", basic("admin@contoso.com", password("admin"))).run("Get-AcceptedDomain")).status,
    ).toBe(401);
  });

  test("online: not an application without Exchange.ManageAsApp", async () => {
    const [application] = sessions.world.organization.store.applications;
    if (application) application.permissions = ["Mail.ReadWrite"];
    expect((await sessions.online.run("Get-AcceptedDomain")).status).toBe(403);
  });
});

describe("a token", () => {
  const request = (form: Row): Promise<{ status: number; body: Row }> => {
    const { organization, online } = sessions.world;
    const [application] = organization.store.applications;
    return fetchToken(online?.token ?? "", organization.authority.ca, {
      grant_type: "client_credentials",
      client_id: application?.appId ?? "",
      client_secret: application?.secret ?? "",
      scope: "https://outlook.office365.com/.default",
      ...form,
    });
  };

  test("is given for client id, secret and scope, and for nothing less", async () => {
    expect(await request({})).toMatchObject({
      status: 200,
      body: { token_type: "Bearer", expires_in: 3600 },
    });
    expect(await request({ client_secret: "wrong" })).toMatchObject({
      status: 401,
      body: {
        error: "invalid_client",
        error_description: expect.stringContaining("AADSTS7000215") as unknown,
      },
    });
    expect(await request({ client_id: "wrong" })).toMatchObject({
      status: 400,
      body: { error: "unauthorized_client" },
    });
    expect(await request({ scope: "openid" })).toMatchObject({
      status: 400,
      body: { error: "invalid_scope" },
    });
    expect(await request({ grant_type: "implicit" })).toMatchObject({
      body: { error: "unsupported_grant_type" },
    });
  });
});

describe("a call", () => {
  test.each([
    [
      "an unknown parameter",
      "Get-AcceptedDomain",
      { Colour: 1 },
      "ParameterBindingException|A parameter cannot be found that matches parameter name 'Colour'.",
    ],
    ["a missing one", "Set-TransportRule", {}, "missing mandatory parameters: Identity."],
    [
      "an empty one",
      "New-TransportRule",
      { Name: "" },
      "Cannot bind argument to parameter 'Name' because it is an empty string.",
    ],
    [
      "a text for a boolean",
      "New-TransportRule",
      { Name: "x", StopRuleProcessing: "true" },
      'Cannot convert value "true" to type "System.Boolean"',
    ],
    [
      "an unknown value",
      "New-TransportRule",
      { Name: "x", Mode: "Loud" },
      "Unable to match the identifier name Loud to a valid enumerator name",
    ],
    [
      "two values for one",
      "New-TransportRule",
      { Name: "x", MessageTypeMatches: ["OOF", "Signed"] },
      "Cannot process argument transformation on parameter 'MessageTypeMatches'",
    ],
    ["a text for a number", "New-TransportRule", { Name: "x", Priority: "first" }, '"System.Int32"'],
  ])("is refused with %s", async (_title, cmdlet, parameters, text) => {
    const { status, error } = await sessions.online.run(cmdlet, parameters);
    expect(status).toBe(400);
    expect(error).toContain(text);
  });

  test("that the session does not hold is forbidden, and the answer does not say why", async () => {
    const { status, error } = await sessions.online.run("Get-Nonsense");
    expect([status, error]).toEqual([403, ""]);
  });

  test("is refused with a message that says nothing, and the reason in its details", async () => {
    const { organization, online } = sessions.world;
    const [application] = organization.store.applications;
    const { body } = await fetchToken(online?.token ?? "", organization.authority.ca, {
      grant_type: "client_credentials",
      client_id: application?.appId ?? "",
      client_secret: application?.secret ?? "",
      scope: "https://outlook.office365.com/.default",
    });
    const dispatcher = new Agent({ connect: { ca: organization.authority.ca } });
    const answer = await request(`${online?.admin}/InvokeCommand`, {
      dispatcher,
      method: "POST",
      headers: { authorization: `Bearer ${String(body["access_token"])}` },
      body: JSON.stringify({
        CmdletInput: { CmdletName: "Get-TransportRule", Parameters: { Identity: "Nothing" } },
      }),
    });
    expect([answer.statusCode, await answer.body.json()]).toMatchObject([
      404,
      {
        error: {
          code: "NotFound",
          message: "Error executing cmdlet",
          details: [
            {
              code: "Client",
              message: expect.stringMatching(
                /^Ex6F9304\|Microsoft\.Exchange\.Configuration\.Tasks\.ManagementObjectNotFoundException\|The operation/,
              ) as string,
            },
          ],
          innererror: { message: "Error executing cmdlet" },
        },
      },
    ]);
    await dispatcher.close();
  });

  test("takes names in any letter case, a list of one for a scalar, and PowerShell's common parameters", async () => {
    const parameters = { identity: ["CONTOSO.com"], erroraction: "Stop" };
    expect(await sessions.online.must("get-accepteddomain", parameters)).toHaveLength(1);
  });

  test("is answered with the type annotations that OData puts beside collections and GUIDs", async () => {
    const [row] = await sessions.online.must("Get-InboundConnector");
    expect(row).toMatchObject({
      "SenderDomains@odata.type": "#Collection(String)",
      "Guid@odata.type": "#Guid",
    });
  });

  test("is answered in pages that lead from one to the next", async () => {
    const all = await sessions.onPremises.must("Get-Recipient");
    const seen: Row[] = [];
    let link: string | undefined;
    do {
      const answer = await sessions.onPremises.run(
        "Get-Recipient",
        {},
        { Prefer: "odata.maxpagesize=7" },
        link,
      );
      expect(answer.rows.length).toBeLessThanOrEqual(7);
      seen.push(...answer.rows);
      link = answer.nextLink;
    } while (link !== undefined);
    expect(seen).toEqual(all);
  });

  test("asks to wait or breaks off when a test wants it to, and works the next time", async () => {
    const { faults } = sessions.world.organization;
    faults.add({
      protocol: "admin",
      side: "online",
      operation: "Get-AcceptedDomain",
      failure: "throttle",
      retryAfter: 2,
    });
    expect(await sessions.onPremises.run("Get-AcceptedDomain")).toMatchObject({ status: 200 });
    expect(await sessions.online.run("Get-AcceptedDomain")).toMatchObject({
      status: 429,
      headers: { "retry-after": "2" },
    });
    expect(await sessions.online.run("Get-AcceptedDomain")).toMatchObject({ status: 200 });
    faults.add({ protocol: "admin", failure: "dropAfter" });
    await expect(
      sessions.online.run("New-TransportRule", { Name: "x", DeleteMessage: true }),
    ).rejects.toThrow("other side closed");
    expect(await sessions.online.must("Get-TransportRule")).toHaveLength(1);
    faults.add({ protocol: "admin", failure: "truncate" });
    await expect(sessions.online.run("Get-TransportRule", { Identity: "nobody" })).rejects.toThrow(
      "other side closed",
    );
  });

  test("changes nothing with WhatIf", async () => {
    await sessions.online.must("New-TransportRule", { Name: "x", DeleteMessage: true, WhatIf: true });
    expect(await sessions.online.must("Get-TransportRule")).toEqual([]);
  });
});
