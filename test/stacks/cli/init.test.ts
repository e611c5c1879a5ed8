import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../../stacks/config/load.ts";
import { sideOf } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { atTerminal, keys, type Session } from "./pseudo-terminal.ts";
import { siu } from "./siu.ts";

let embedded: Embedded;
let folder = "";
let file = "";

beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "siu-init-"));
  file = join(folder, "contoso.yaml");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What the organization's directory and configuration hold: nothing of it may change. */
function held(): unknown {
  return (["onPremises", "online"] as const).map((name) => {
    const { recipients, objects } = sideOf(embedded.emulator.organization, name);
    return structuredClone([recipients, objects]);
  });
}

/** Starts the wizard on the embedded organization. */
function wizard(...flags: string[]): Session {
  return atTerminal(["init", file, ...flags], embedded.environment);
}

const written = async (): Promise<Record<string, unknown>> => parse(await readFile(file, "utf8")) as never;

/** The questions about the administrator of one's own servers. */
async function throughAdministrator(session: Session): Promise<void> {
  await session.answers("Certificates to trust", "env:SIU_DEMO_CA");
  await session.answers("How are cmdlets run on your own servers?", keys.down);
  await session.answers("Its address", "${env:SIU_DEMO_ONPREMISES_ADMIN}");
  await session.answers("Administrator on your own servers", "admin@contoso.com");
  await session.answers("Where the administrator's password is found", "env:SIU_DEMO_ADMIN_PASSWORD");
}

/** The questions about an application of Entra that runs cmdlets. */
async function throughOnline(session: Session): Promise<void> {
  await session.answers("How are cmdlets run in Exchange Online?", keys.down);
  await session.answers("How does the application sign in");
  await session.answers("Its application (client) id", "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e");
  await session.answers("Where its client secret is found", "env:SIU_DEMO_CLIENT_SECRET");
}

/** Searches, and takes what comes first. */
async function finds(session: Session, question: string, term: string, found: string): Promise<void> {
  await session.sees(question);
  session.types(term);
  await session.answers(found);
}

/** Somebody answers some thirty questions, on a machine that may be busy. */
const patience = 120_000;

const onlineUrls = [
  "--online-url",
  "${env:SIU_DEMO_ONLINE_ADMIN}",
  "--online-token-url",
  "${env:SIU_DEMO_TOKEN}",
];

test(
  "on-premises: a server given by hand, an account that is created, no signature service",
  { timeout: patience },
  async () => {
    const before = held();
    const session = wizard();
    await session.answers("Where are the mailboxes?");
    await session.answers("Main mail domain", "contoso.com");
    await session.answers("Further domains of yours", "contoso.org, contoso.net");
    await session.answers("Domains that sign in through ADFS");
    await session.answers("one of several sub-organizations");
    await session.answers("How is the server located?", keys.down);
    await session.answers("The server's DNS name or IP address", "localhost");
    await session.answers("https://localhost/EWS/Exchange.asmx");
    await throughAdministrator(session);
    await session.answers("Which account updates", keys.down);
    await session.answers("Where its password is found");
    await session.answers("Who grants access");
    await session.answers("To which mailboxes?");
    await session.answers("Whose sent items are updated?", keys.down);
    await session.sees("People (and shared mailboxes) of the list");
    await session.answers("(that is all)");
    await finds(session, "Groups of the list", "signat", "signatures@contoso.com>");
    await session.answers("(that is all)");
    await session.sees("(it takes mail of Exchange Online)");
    await session.answers("What stamps signatures on mail?", keys.down);
    await session.sees("connectors of this kind exist only in Exchange Online");
    await session.answers("How does a copy");
    await session.answers("The address for copies");
    await session.sees("there is no Graph without Exchange Online");
    await session.answers("Where is that mailbox?");
    await session.answers("Keep a copy of the original");
    await session.answers("What if its owner has edited");
    await session.answers("Does the signature service split", keys.up);
    await session.sees("mailbox, which may drop versions");
    await session.answers("Save every version");
    await session.answers("Which version does");
    await session.answers("The running daemon's address");
    expect(await session.ended).toBe(0);
    expect(session.screen()).toContain("is written; nothing else was touched");
    expect(await written()).toMatchObject({
      environment: "onPremises",
      organization: { domain: "contoso.com", acceptedDomains: ["contoso.org", "contoso.net"] },
      connections: { onPremises: { server: "localhost", ewsUrl: "https://localhost/EWS/Exchange.asmx" } },
      serviceAccount: { create: true },
      senders: { include: "only", groups: ["signatures@contoso.com"] },
      intake: { via: "mailbox", address: "stamped@contoso.com", read: "ews" },
      splitMessages: { enabled: true, saveAll: false, keep: "last" },
    });
    expect((await siu(["check", file])).code).toBe(0);
    expect(held()).toEqual(before);
  },
);

test(
  "hybrid: Autodiscover only, an account found in the directory and verified, licences counted, an answer taken back",
  { timeout: patience },
  async () => {
    const before = held();
    const session = wizard(...onlineUrls, "--no-application");
    await session.answers("Where are the mailboxes?", keys.down);
    await session.answers("Main mail domain", "contoso");
    await session.sees("It must be a domain name such as contoso.com");
    session.types(`.com${keys.enter}`);
    await session.answers("Further domains of yours");
    await session.answers("Domains that sign in through ADFS", "adfs.contoso.com");
    await session.answers("The tenant's initial domain", "contoso.onmicrosoft.com");
    await session.answers("The tenant's id", "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10");
    await session.answers("one of several sub-organizations", "Sales");
    await session.answers("Autodiscover service to ask");
    await throughAdministrator(session);
    await throughOnline(session);
    await session.sees("not available in hybrid environments");
    await session.answers("Which account updates");
    await session.sees("Its user principal name (UPN)");
    session.types("anna@adfs.contoso.com");
    await session.sees("a federated domain");
    session.types("\u0015siu");
    await session.answers("<siu@contoso.com>");
    await session.sees("siu@contoso.com does for the service");
    await session.answers("Where its password is found", "env:SIU_DEMO_SERVICE_PASSWORD");
    await session.answers("Who grants access");
    await session.sees("To which mailboxes?");
    session.types(keys.escape);
    await session.answers("Who grants access", keys.down);
    await session.answers("Whose sent items are updated?", `${keys.down}${keys.down}`);
    await finds(session, "People (and shared mailboxes) of the list", "otto", "otto.outsider@contoso.com>");
    await session.answers("(that is all)");
    await session.sees("Groups of the list");
    await session.answers("(that is all)");
    await session.answers("What stamps signatures on mail?");
    await session.answers("Your unique subdomain", "contoso");
    await session.answers("Which Office 365?");
    await session.answers("Who manages the connectors", keys.down);
    await session.answers("Whose mail gets signatures?");
    await finds(session, "The group", "signat", "signatures@contoso.com>");
    await session.sees("each of whom uses a licence");
    await session.answers("Signatures on mail within the organization too?", keys.down);
    await session.answers("How does a copy");
    await session.answers("The address for copies");
    await session.answers("The DNS name under which Exchange reaches");
    await session.answers("private key for TLS");
    await session.answers("certificate for TLS");
    await session.answers("Keep a copy of the original", keys.up);
    await session.answers("What if its owner has edited");
    await session.answers("Does the signature service split");
    await session.answers("The running daemon's address", "http://127.0.0.1:8420");
    await session.answers("Where its token is found");
    expect(await session.ended).toBe(0);
    expect(session.screen()).toMatch(/The sender scope 'signatures' has \d+ senders/);
    expect(await written()).toMatchObject({
      connections: { onPremises: { autodiscover: true }, online: { admin: { via: "rest" } } },
      serviceAccount: { upn: "siu@contoso.com", password: "${env:SIU_DEMO_SERVICE_PASSWORD}" },
      impersonation: { manage: "verify" },
      senders: { include: "allExcept", users: ["otto.outsider@contoso.com"] },
      keepOriginal: true,
      connectors: { manage: "verify" },
      senderScopes: { signatures: { group: "signatures@contoso.com" } },
      transportRules: [
        { preset: "signatures", name: "Sales signatures", scope: "signatures", internalMail: false },
      ],
      intake: { via: "connector", name: "Sales intake" },
      daemon: { url: "http://127.0.0.1:8420", token: "${env:SIU_TOKEN}" },
    });
    expect((await siu(["check", file])).code).toBe(0);
    expect(held()).toEqual(before);
  },
);

test(
  "online: an application, everybody's mail, and addresses that are typed where the directory cannot be asked",
  { timeout: patience },
  async () => {
    const nowhere = "https://127.0.0.1:1/nobody";
    const session = wizard("--online-url", nowhere, "--online-token-url", nowhere);
    await session.answers("Where are the mailboxes?", `${keys.down}${keys.down}`);
    await session.answers("Main mail domain", "contoso.com");
    await session.answers("Further domains of yours");
    await session.answers("The tenant's initial domain", "contoso.onmicrosoft.com");
    await session.answers("The tenant's id", "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10");
    await session.answers("one of several sub-organizations");
    await session.answers("How are cmdlets run in Exchange Online?", keys.down);
    await session.answers("How does the application sign in");
    await session.answers("Its application (client) id", "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e");
    await session.answers("Where its client secret is found", "env:NOT_SET");
    await session.answers("Application (client) id", "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047");
    await session.answers("Object id", "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62");
    await session.answers("How does it sign in?");
    await session.answers("Where its client secret is found", "hunter2");
    await session.sees("never the secret itself");
    session.types(`\u0015env:SIU_DEMO_APPLICATION_SECRET${keys.enter}`);
    await session.answers("Who grants access");
    await session.answers("To which mailboxes?");
    await session.answers("Whose sent items are updated?", keys.down);
    await session.sees("The directory cannot be asked; type addresses.");
    await session.answers("People (and shared mailboxes) of the list (with commas");
    await session.answers("Groups of the list (with commas");
    await session.sees("must come with a list");
    session.types(`sales@contoso.com, everyone@contoso.com${keys.enter}`);
    await session.answers("What stamps signatures on mail?");
    await session.answers("Your unique subdomain", "contoso");
    await session.answers("Which Office 365?");
    await session.answers("Who manages the connectors");
    await session.answers("An address outside Office 365", "postmaster@fabrikam.example");
    await session.answers("Whose mail gets signatures?", keys.down.repeat(4));
    await session.answers("Signatures on mail within the organization too?");
    await session.answers("How does a copy", keys.down.repeat(4));
    await session.answers("Keep a copy of the original");
    await session.answers("What if its owner has edited");
    await session.answers("Does the signature service split");
    await session.answers("The running daemon's address");
    expect(await session.ended).toBe(0);
    expect(session.screen()).toContain("export NOT_SET=...");
    expect(await written()).toMatchObject({
      serviceAccount: { application: { clientSecret: "${env:SIU_DEMO_APPLICATION_SECRET}" } },
      senders: { include: "only", groups: ["sales@contoso.com", "everyone@contoso.com"] },
      senderScopes: { signatures: { everyone: true } },
    });
    expect((await siu(["check", file])).code).toBe(0);
  },
);

test("Ctrl-C leaves nothing behind", async () => {
  const session = wizard();
  await session.answers("Where are the mailboxes?");
  await session.sees("Main mail domain");
  session.types(keys.interrupt);
  expect(await session.ended).toBe(130);
  expect(session.screen()).toContain("Nothing was written.");
  expect(await readdir(folder)).toEqual([]);
});

test("a file that exists is overwritten only if somebody says so", async () => {
  await writeFile(file, "mine");
  const session = wizard();
  await session.sees("exists. Overwrite it?");
  session.types(keys.enter);
  expect(await session.ended).toBe(1);
  expect(await readFile(file, "utf8")).toBe("mine");
});

test("flags alone write the file, with a look at Exchange for the account and the licences", async () => {
  const flags = `--json --verify --environment hybrid --domain contoso.com --tenant contoso.onmicrosoft.com
    --tenant-id 5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10 --certificate-authority env:SIU_DEMO_CA
    --admin-via rest --admin-url \${env:SIU_DEMO_ONPREMISES_ADMIN} --admin-user admin@contoso.com
    --admin-password env:SIU_DEMO_ADMIN_PASSWORD --online-via rest --online-secret env:SIU_DEMO_CLIENT_SECRET
    --online-client-id 0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e --upn nobody@contoso.com --no-application
    --service codetwo --subdomain contoso --scope people --intake none
    --scope-people anna.weber@contoso.com,ben.fischer@contoso.com`;
  const { code, out, err } = await siu(
    ["init", file, ...flags.split(/\s+/), ...onlineUrls],
    embedded.environment,
  );
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(err).toContain("There is no account with the user principal name 'nobody@contoso.com'");
  expect(err).toContain("has 2 senders, each of whom uses a licence");
  const { text, warnings } = JSON.parse(out) as { text: string; warnings: unknown[] };
  expect(text).toBe(await readFile(file, "utf8"));
  expect(warnings).toHaveLength(1);
  expect(parseConfig(text, { file }).config.senderScopes["signatures"]?.people).toHaveLength(2);
});
