import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import nodemailer from "nodemailer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { soap } from "../ews/client.ts";
import { createXml, deleteXml, folderXml, setXml, updateXml } from "../ews/requests.ts";
import { startServerProcess, type ServerProcess } from "./server-process.ts";

interface Ready {
  ews: string;
  submission: string;
  users: { upn: string; password: string }[];
}

let folder: string;
let server: ServerProcess<Ready> | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kill-test-"));
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true });
});

async function start(): Promise<Ready> {
  server = await startServerProcess<Ready>(folder, ["--items", "3"]);
  return server.ready;
}

async function kill(): Promise<void> {
  await server?.kill();
}

/** What one person was told: id of each message to the subjects that it may have, the acknowledged one first. */
interface Told {
  drafts: Map<string, string[]>;
  deleted: Set<string>;
  /** Subjects of messages that were sent, with a copy in Sent Items. */
  mailed: string[];
  /** Subjects of messages to themselves that SMTP accepted. */
  accepted: string[];
  /** Every id that was ever given out. */
  ids: Set<string>;
}

async function ask({ ews }: Ready, person: Ready["users"][number], operation: string): Promise<string> {
  const answer = await fetch(ews, {
    method: "POST",
    headers: { "Content-Type": "text/xml", Authorization: basic(person.upn, person.password) },
    body: soap(operation),
  });
  const text = await answer.text();
  if (!text.includes("NoError")) throw new Error(text);
  return text;
}

function findXml(folderName: string): string {
  return `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ParentFolderIds>${folderXml(folderName)}</m:ParentFolderIds></m:FindItem>`;
}

/** Creates, changes and deletes until the server is gone. */
async function work(ready: Ready, who: number, told: Told, acknowledged: () => void): Promise<void> {
  const person = ready.users[who];
  if (!person) throw new Error("There is nobody.");
  const [host, port] = ready.submission.split(":");
  const auth = { user: person.upn, pass: person.password };
  const mailer = nodemailer.createTransport({
    ...(host === undefined ? {} : { host }),
    port: Number(port),
    auth,
    tls: { rejectUnauthorized: false },
  });
  for (let turn = 0; ; turn++) {
    const subject = `${who}.${turn}.${told.ids.size}`;
    const created = await ask(
      ready,
      person,
      createXml({ before: `<t:Subject>${subject}</t:Subject>`, folder: "drafts", flags: "" }),
    );
    const id = /<t:ItemId Id="([^"]+)"/.exec(created)?.[1] ?? "";
    expect(told.ids.has(id)).toBe(false);
    told.ids.add(id);
    told.drafts.set(id, [subject]);
    acknowledged();
    // From here on either may be found, until it is acknowledged.
    told.drafts.set(id, [`${subject}+`, subject]);
    await ask(
      ready,
      person,
      updateXml({ id }, setXml("item:Subject", `<t:Subject>${subject}+</t:Subject>`), "AlwaysOverwrite"),
    );
    told.drafts.set(id, [`${subject}+`]);
    acknowledged();
    if (turn % 3 === 0) {
      const mail = `<t:Subject>mail ${subject}</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>${person.upn}</t:EmailAddress></t:Mailbox></t:ToRecipients>`;
      await ask(
        ready,
        person,
        createXml({ before: mail, flags: "" }).replace('"SaveOnly"', '"SendAndSaveCopy"'),
      );
      told.mailed.push(`mail ${subject}`);
      acknowledged();
    }
    if (turn % 3 === 1) {
      const mail = { from: person.upn, to: person.upn, subject: `smtp ${subject}`, text: "x" };
      await mailer.sendMail(mail);
      told.accepted.push(mail.subject);
      acknowledged();
    }
    if (turn % 4 === 3) {
      const known = told.drafts.get(id) ?? [];
      told.drafts.delete(id);
      const deleted = deleteXml(`<t:ItemId Id="${id}"/>`);
      await ask(ready, person, deleted).catch((error: unknown) => {
        told.drafts.set(id, [...known, "(gone)"]);
        throw error;
      });
      told.deleted.add(id);
      acknowledged();
    }
  }
}

/** Everything that somebody was told is there. */
async function check(ready: Ready, who: number, told: Told): Promise<void> {
  const person = ready.users[who];
  if (!person) throw new Error("There is nobody.");
  const found = await ask(ready, person, findXml("drafts"));
  const subjects = new Map(
    [...found.matchAll(/<t:ItemId Id="([^"]+)".*?<t:Subject>(.*?)<\/t:Subject>/gs)].map(
      ([, id = "", subject = ""]) => [id, subject],
    ),
  );
  for (const [id, possible] of told.drafts) expect(possible).toContain(subjects.get(id) ?? "(gone)");
  for (const id of told.deleted) expect(subjects.has(id)).toBe(false);
  const sent = await ask(ready, person, findXml("sentitems"));
  for (const subject of told.mailed) expect(sent).toContain(subject);
  // What was still under way is taken up again; the test's own time limit ends the wait.
  for (const subject of told.accepted)
    for (let inbox = ""; !inbox.includes(subject);) inbox = await ask(ready, person, findXml("inbox"));
}

test("whenever the process is killed, all that it acknowledged is there after the next start, and no id comes twice", async () => {
  const people: Told[] = Array.from({ length: 3 }, () => ({
    drafts: new Map(),
    deleted: new Set(),
    mailed: [],
    accepted: [],
    ids: new Set(),
  }));
  let ready = await start();
  for (const moment of fc.sample(fc.nat(80), 3)) {
    let left = moment;
    const running = ready;
    const acknowledged = (): void => {
      left -= 1;
      if (left < 0) void kill();
    };
    const ends = await Promise.allSettled(people.map((told, who) => work(running, who, told, acknowledged)));
    // Each worker ends with the connection, and with nothing else.
    for (const end of ends)
      expect(end).toMatchObject({
        reason: { message: expect.stringMatching(/fetch failed|ECONN|closed?|terminated|socket/i) },
      });
    await kill();
    ready = await start();
    for (const [who, told] of people.entries()) await check(ready, who, told);
  }
}, 120_000);
