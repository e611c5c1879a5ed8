import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { soap } from "./ews/client.ts";
import { getFoldersXml } from "./ews/folder-requests.ts";
import { folderXml } from "./ews/requests.ts";
import { findFolder } from "./mailbox.ts";
import { recipientByAddress, sideOf, type Recipient } from "./store.ts";
import { startWorld, type World } from "./world.ts";

const installed = spawnSync("curl", ["--version"]).status === 0;
const anna = "anna.weber@contoso.com";
const uma = "uma.patel@contoso.com";
let world: World;
/** Where Autodiscover sends people to, with the same password for Anna. */
let elsewhere: World;
let folder: string;
let password: string;

const person = ({ organization }: World, address: string): Recipient => {
  const found = recipientByAddress(sideOf(organization, "onPremises"), address);
  if (!found) throw new Error(address);
  return found;
};

beforeAll(async () => {
  world = await startWorld({ grant: true });
  elsewhere = await startWorld();
  password = person(world, anna).password ?? "";
  person(elsewhere, anna).password = password;
  folder = await mkdtemp(join(tmpdir(), "curl-test-"));
  const authorities = [world, elsewhere].map(({ organization }) => organization.authority.ca);
  await writeFile(join(folder, "ca.pem"), authorities.join("\n"));
});
afterAll(async () => {
  await world.close();
  await elsewhere.close();
  await rm(folder, { recursive: true });
});

interface Outcome {
  code: number;
  /** The answer's body. */
  out: string;
  /** What passed over the wire, with `--verbose`. */
  err: string;
}

/** Runs curl, trusting the organizations' authorities only; `input` is what it reads as a file named `-`. */
function curl(args: string[], input = ""): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = execFile(
    "curl",
    ["--silent", "--show-error", "--cacert", join(folder, "ca.pem"), ...args],
    (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err }),
  );
  child.stdin?.end(input);
  return promise;
}

const getFolder = soap(getFoldersXml(folderXml(), "Default"));
const xml = ["--header", "Content-Type: text/xml; charset=utf-8", "--data-binary", "@-"];
const sentItems = "<t:DisplayName>Sent Items</t:DisplayName>";

describe.skipIf(!installed)("curl (skipped where it is not installed)", () => {
  test("signs in to EWS by Basic, and is refused with a wrong password", async () => {
    const ask = (pass: string) =>
      curl([world.onPremises.ews, "--basic", "--user", `${anna}:${pass}`, "--fail", ...xml], getFolder);
    expect((await ask(password)).out).toContain(sentItems);
    expect(await ask("wrong")).toMatchObject({ code: 22, err: expect.stringContaining("401") });
  });

  test.each([["CONTOSO\\anna.weber"], [anna]])("signs in to EWS by NTLM as %s", async (user) => {
    const { out, err } = await curl(
      [world.onPremises.ews, "--ntlm", "--user", `${user}:${password}`, "--verbose", ...xml],
      getFolder,
    );
    expect(out).toContain(sentItems);
    expect(err).toMatch(/< HTTP\/1.1 401 [\s\S]*< WWW-Authenticate: NTLM TlRM[\s\S]*< HTTP\/1.1 200 /);
  });

  test("is not let in by NTLM with a wrong password", async () => {
    const { out, err } = await curl(
      [world.onPremises.ews, "--ntlm", "--user", `${anna}:wrong`, "--verbose", ...xml],
      getFolder,
    );
    expect(out).toBe("");
    expect(err.match(/< HTTP\/1.1 \d+/g)?.at(-1)).toBe("< HTTP/1.1 401");
  });

  test("chooses the best way to sign in by itself, and asks twice on one NTLM connection", async () => {
    const twice = [world.onPremises.ews, world.onPremises.ews.toLowerCase()];
    const { out, err } = await curl([
      ...twice,
      "--anyauth",
      "--user",
      `${anna}:${password}`,
      "--verbose",
      "--data-binary",
      getFolder,
    ]);
    expect(out.split(sentItems)).toHaveLength(3);
    expect(err).toContain("> Authorization: NTLM ");
    expect(err.match(/^\* Connected to /gm)).toHaveLength(1);
  });

  test("waits to be told before it sends much, and reads a compressed answer", async () => {
    const padded = getFolder.replace("<soap:Header>", `<!--${" ".repeat(2_000_000)}--><soap:Header>`);
    const { out, err } = await curl(
      [world.onPremises.ews, "--basic", "--user", `${anna}:${password}`, "--verbose", "--compressed", ...xml],
      padded,
    );
    expect(err).toMatch(/> Expect: 100-continue[\s\S]*< HTTP\/1.1 100 Continue/);
    expect(out).toContain(sentItems);
  });

  test("gets a token, and reads its owner and a message's MIME from Graph with it", async () => {
    const [app] = world.organization.store.applications;
    const form = {
      grant_type: "client_credentials",
      client_id: app?.appId ?? "",
      client_secret: app?.secret ?? "",
      scope: "https://graph.microsoft.com/.default",
    };
    const issued = await curl([
      world.online?.token ?? "",
      ...Object.entries(form).flatMap(([key, value]) => ["--data-urlencode", `${key}=${value}`]),
    ]);
    const token = String((JSON.parse(issued.out) as { access_token: string }).access_token);
    const graph = (path: string, ...more: string[]) =>
      curl([`${world.online?.graph ?? ""}/v1.0${path}`, "--oauth2-bearer", token, ...more]);
    expect(JSON.parse((await graph(`/users/${uma}`)).out)).toMatchObject({ displayName: "Uma Patel" });
    const draft = JSON.stringify({ subject: "From a shell", body: { contentType: "text", content: "Hi" } });
    const made = await graph(`/users/${uma}/messages`, "--json", draft);
    const { id } = JSON.parse(made.out) as { id: string };
    expect((await graph(`/users/${uma}/messages/${id}/$value`)).out).toMatch(/^Subject: From a shell\r$/m);
    const denied = await curl([`${world.online?.graph ?? ""}/v1.0/users`, "--oauth2-bearer", `${token}x`]);
    expect(JSON.parse(denied.out)).toMatchObject({ error: { code: "InvalidAuthenticationToken" } });
  });

  test("submits a message by SMTP with STARTTLS and AUTH, which is delivered", async () => {
    const ben = "ben.fischer@contoso.com";
    const mime = `From: Anna Weber <${anna}>\r\nTo: ${ben}\r\nSubject: From a shell\r\nMessage-ID: <curl@contoso.com>\r\n\r\nHi.\r\n.dot\r\n`;
    const envelope = ["--mail-from", anna, "--mail-rcpt", ben, "--upload-file", "-"];
    const submit = (...more: string[]) =>
      curl([`smtp://localhost:${world.mail.submission.split(":")[1]}/shell`, ...envelope, ...more], mime);
    expect(await submit("--ssl-reqd", "--user", `${anna}:wrong`)).toMatchObject({ code: 67 });
    expect(await submit("--ssl-reqd", "--verbose")).toMatchObject({
      code: 55,
      err: expect.stringContaining("< 530 5.7.57 "),
    });
    expect(await submit("--ssl-reqd", "--user", `${anna}:${password}`)).toMatchObject({ code: 0 });
    await world.mail.idle();
    const side = sideOf(world.organization, "onPremises");
    const mailbox = side.mailboxes.get(person(world, ben).guid);
    const inbox = mailbox && findFolder(mailbox, "inbox")?.id;
    const got = [...(mailbox?.items.values() ?? [])].find(({ folderId }) => folderId === inbox);
    expect(got).toMatchObject({ subject: "From a shell", internetMessageId: "<curl@contoso.com>" });
    expect(Buffer.from(got?.mime ?? []).toString()).toContain("\r\nHi.\r\n.dot\r\n");
  });

  test("follows the HTTP redirect of Autodiscover to where the mailbox is", async () => {
    world.organization.redirects.set(anna, { http: elsewhere.onPremises.autodiscover });
    const asked = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${anna}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
    const signedIn = ["--basic", "--user", `${anna}:${password}`];
    const follow = ["--location-trusted", "--post302", "--write-out", "\n%{http_code} %{num_redirects}"];
    const { out } = await curl([world.onPremises.autodiscover, ...signedIn, ...follow, ...xml], asked);
    expect(out).toContain(`<EwsUrl>${elsewhere.onPremises.ews}</EwsUrl>`);
    expect(out.split("\n").at(-1)).toBe("200 1");
    world.organization.redirects.clear();
    const stayed = await curl([world.onPremises.autodiscover, ...signedIn, ...follow, ...xml], asked);
    expect(stayed.out).toContain(`<EwsUrl>${world.onPremises.ews}</EwsUrl>`);
  });
});
