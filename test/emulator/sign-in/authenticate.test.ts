import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Agent, request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchToken } from "../admin/session.ts";
import { soap } from "../ews/client.ts";
import { getFoldersXml } from "../ews/folder-requests.ts";
import { folderXml } from "../ews/requests.ts";
import { recipientByAddress, sideOf } from "../store.ts";
import { startWorld, type World } from "../world.ts";
import { md4 } from "./md4.ts";

let world: World;
let folder: string;
let dispatcher: Agent;
beforeAll(async () => {
  world = await startWorld({ environment: "onPremises", grant: true });
  folder = await mkdtemp(join(tmpdir(), "sign-in-test-"));
  await writeFile(join(folder, "ca.pem"), world.organization.authority.ca);
  await writeFile(join(folder, "request.xml"), soap(getInbox));
  dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
});
afterAll(async () => {
  await dispatcher.close();
  await rm(folder, { recursive: true });
  await world.close();
});

const anna = "anna.weber@contoso.com";
const getInbox = getFoldersXml(folderXml("inbox"), "IdOnly");

test.each([
  ["", "31d6cfe0d16ae931b73c59d7e0c089c0"],
  ["abc", "a448017aaf21d8525fc10ae87aa6729d"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "e33b4ddc9c38f2199c3e7b164fcc0536",
  ],
])("MD4 of %j is as RFC 1320 has it", (text, digest) => {
  expect(md4(Buffer.from(text)).toString("hex")).toBe(digest);
});

describe("curl, which speaks NTLM", () => {
  const curl = async (user: string, password: string, ...more: string[]): Promise<string> => {
    const config = join(folder, "user.conf");
    await writeFile(config, `user = "${user}:${password}"\n`, { mode: 0o600 });
    const body = `@${join(folder, "request.xml")}`;
    const trusted = ["--silent", "--noproxy", "*", "--cacert", join(folder, "ca.pem"), "--config", config];
    const post = [
      "--header",
      "Content-Type: text/xml",
      "--data-binary",
      body,
      "--write-out",
      "\n%{http_code}",
    ];
    const { stdout } = await promisify(execFile)(
      "curl",
      [trusted, more, post, world.onPremises.ews.toLowerCase()].flat(),
    );
    return stdout;
  };
  const password = (): string =>
    recipientByAddress(sideOf(world.organization, "onPremises"), anna)?.password ?? "";

  test.each([anna, String.raw`CONTOSO\\anna.weber`])("signs in as %s", async (user) => {
    const answer = await curl(user, password(), "--ntlm");
    expect(answer).toMatch(/NoError.*\n200$/s);
  });

  test("chooses a way by itself", async () => {
    expect(await curl(anna, password(), "--anyauth")).toMatch(/\n200$/);
  });

  test("is refused where Extended Protection demands what it does not do: to bind itself to the connection", async () => {
    const { settings } = world.organization;
    expect(settings.extendedProtection).toBe("allow");
    settings.extendedProtection = "require";
    try {
      expect(await curl(anna, password(), "--ntlm")).toMatch(/\n401$/);
      expect(await curl(anna, password(), "--basic")).toMatch(/\n200$/);
    } finally {
      settings.extendedProtection = "allow";
    }
  });

  test("is refused with a wrong password, and as somebody unknown", async () => {
    expect(await curl(anna, "wrong", "--ntlm")).toMatch(/\n401$/);
    expect(await curl("nobody@contoso.com", password(), "--ntlm")).toMatch(/\n401$/);
  });
});

describe("a bearer token", () => {
  async function ask(
    token: string,
    impersonate?: string,
  ): Promise<{ status: number; text: string; why: string }> {
    const answer = await request(world.onPremises.ews, {
      dispatcher,
      method: "POST",
      headers: { "Content-Type": "text/xml", Authorization: `Bearer ${token}` },
      body: soap(getInbox, impersonate === undefined ? {} : { impersonate }),
    });
    const why = String(answer.headers["x-ms-diagnostics"] ?? "");
    return { status: answer.statusCode, text: await answer.body.text(), why };
  }

  async function tokenFor(scope: string): Promise<string> {
    const [app] = world.organization.store.applications;
    const { body } = await fetchToken(world.onPremises.token ?? "", world.organization.authority.ca, {
      grant_type: "client_credentials",
      client_id: app?.appId ?? "",
      client_secret: app?.secret ?? "",
      scope,
    });
    return String(body["access_token"]);
  }

  test("of an application with full access opens the mailbox that it names", async () => {
    const token = await tokenFor("https://outlook.office365.com/.default");
    const opened = await ask(token, `<t:SmtpAddress>${anna}</t:SmtpAddress>`);
    expect([opened.status, opened.text.includes("NoError")]).toEqual([200, true]);
    expect((await ask(token)).text).toContain("ExchangeImpersonation SOAP header must be present");
  });

  test("for the servers by the names that they have in the tenant is as good", async () => {
    const token = await tokenFor("https://mail.contoso.com/.default");
    expect(await ask(token, `<t:SmtpAddress>${anna}</t:SmtpAddress>`)).toMatchObject({ status: 200 });
  });

  test("for another service, forged or without the permission is refused with the reason", async () => {
    const token = await tokenFor("https://outlook.office365.com/.default");
    expect(await ask(await tokenFor("https://graph.microsoft.com/.default"))).toMatchObject({ status: 401 });
    expect(await ask(`${token.slice(0, -6)}AAAAAA`)).toMatchObject({
      status: 401,
      why: expect.stringMatching(/^2000003;/),
    });
    const [app] = world.organization.store.applications;
    const permissions = app?.permissions.splice(0) ?? [];
    const refused = await ask(token);
    app?.permissions.push(...permissions);
    expect([refused.status, refused.why.slice(0, 8)]).toEqual([401, "2000008;"]);
  });
});
