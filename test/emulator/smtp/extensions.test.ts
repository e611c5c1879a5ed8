import { connect } from "node:net";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { anna, ben, outsider, plain, startMailWorld, uma, type MailWorld } from "./mail-world.ts";

let world: MailWorld;
const ends: (() => void)[] = [];
beforeEach(async () => (world = await startMailWorld()));
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await world.close();
});

/** A conversation with port 25 after EHLO: sends what it is given, answers one reply (all its lines). */
async function talk(address = world.flow.onPremises): Promise<(text: string | Buffer) => Promise<string>> {
  const socket = connect(Number(address.split(":")[1]), "127.0.0.1");
  ends.push(() => socket.destroy());
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const reply = async (): Promise<string> => {
    let whole = "";
    for (;;) {
      const { value, done } = await lines.next();
      if (done) return whole;
      whole += `${value}\n`;
      if (/^\d{3} /.test(value)) return whole;
    }
  };
  await reply();
  const say = async (text: string | Buffer): Promise<string> => {
    if (text.length > 0) socket.write(text);
    return reply();
  };
  await say("EHLO client.example\r\n");
  return say;
}

async function delivered(): Promise<string[]> {
  await world.flow.idle();
  return world.folder(ben, "inbox").map(({ mime }) => Buffer.from(mime).toString());
}

const envelope = `MAIL FROM:<${outsider}>\r\n`;
const toBen = `RCPT TO:<${ben}>\r\n`;

describe("SMTP", () => {
  test("offers what Exchange offers, passwords only under TLS, and words its answers as Exchange", async () => {
    const say = await talk();
    const offered = await say("EHLO client.example\r\n");
    for (const each of [
      "SIZE 36700160",
      "PIPELINING",
      "DSN",
      "ENHANCEDSTATUSCODES",
      "STARTTLS",
      "8BITMIME",
      "CHUNKING",
      "SMTPUTF8",
    ])
      expect(offered).toMatch(new RegExp(`^250[- ]${each}$`, "m"));
    expect(await (await talk(world.flow.submission))("EHLO client.example\r\n")).not.toContain("AUTH");
    expect(await say("RCPT TO:<x@y.example>\r\n")).toBe("503 5.5.2 Need mail command\n");
    expect(await say(envelope)).toBe("250 2.1.0 Sender OK\n");
    expect(await say("RCPT TO:<nobody@contoso.com>\r\n")).toMatch(/^550 5\.1\.10 RESOLVER/);
    expect(await say(toBen)).toBe("250 2.1.5 Recipient OK\n");
    expect(await say("NOOP\r\n")).toBe("250 2.0.0 OK\n");
    expect(await say("RSET\r\n")).toBe("250 2.0.0 Resetting\n");
    expect(await say("WIZ x\r\n")).toBe("500 5.3.3 Unrecognized command\n");
    expect(await say("QUIT\r\n")).toBe("221 2.0.0 Service closing transmission channel\n");
  });
});

describe("BDAT", () => {
  const message = Buffer.from("Subject: chunks\r\n\r\n.one dot\r\n..two\r\nGr\u00fc\u00dfe\r\n.\r\nQUIT\r\n");

  test("takes a message in pieces, byte for byte, wherever the network cuts them", async () => {
    const say = await talk();
    await say(envelope + toBen);
    await say("");
    const [first, second] = [message.subarray(0, 25), message.subarray(25)];
    expect(await say(Buffer.concat([Buffer.from(`BDAT ${first.length}\r\n`), first]))).toBe(
      `250 2.6.0 CHUNK received OK, ${first.length} octets\n`,
    );
    expect(await say("DATA\r\n")).toMatch(/^503 5\.5\.1 /);
    const piped = Buffer.concat([
      Buffer.from(`BDAT ${second.length}\r\n`),
      second,
      Buffer.from("BDAT 0 LAST\r\nNOOP\r\n"),
    ]);
    expect(await say(piped)).toMatch(/^250 2\.6\.0 CHUNK/);
    expect(await say("")).toMatch(/^250 2\.6\.0 <.*> Queued mail for delivery/);
    expect(await say("")).toBe("250 2.0.0 OK\n");
    const [mail] = await delivered();
    expect(mail?.endsWith(message.subarray(message.indexOf("\r\n\r\n")).toString())).toBe(true);
  });

  test("that comes too early is swallowed with its bytes and refused", async () => {
    const say = await talk();
    expect(await say("BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")).toBe("503 5.5.2 Need rcpt command\n");
    expect(await say("")).toBe("250 2.0.0 OK\n");
  });

  test("is forgotten with RSET", async () => {
    const say = await talk();
    await say(envelope + toBen);
    await say("");
    await say("BDAT 9\r\nSubject: ");
    await say("RSET\r\n");
    await say(envelope + toBen);
    await say("");
    await say("BDAT 20 LAST\r\nSubject: kept\r\n\r\nx\r\n");
    expect(await delivered()).toEqual([expect.stringMatching(/^(?!.*Subject: Subject).*Subject: kept/s)]);
  });
});

describe("a sender who asks for delivery status notifications", () => {
  const inbox = (): { subject: string; itemClass: string; mime: string }[] =>
    world
      .folder(anna, "inbox")
      .map(({ subject, itemClass, mime }) => ({ subject, itemClass, mime: Buffer.from(mime).toString() }));

  /** A message of Anna's to one recipient, with parameters of RFC 3461. */
  async function send(to: string, onMail: string, onRcpt: string): Promise<void> {
    const say = await talk();
    expect(await say(`MAIL FROM:<${anna}> ${onMail}\r\n`)).toMatch(/^250 /);
    expect(await say(`RCPT TO:<${to}> ${onRcpt}\r\n`)).toMatch(/^250 /);
    await say("DATA\r\n");
    expect(await say(`${plain(anna, to, "Asked")}\r\n.\r\n`)).toMatch(/^250 /);
    await world.flow.idle();
  }

  test("hears of the delivery, in his own words for envelope and recipient, and gets the header back", async () => {
    await send(ben, "RET=HDRS ENVID=QQ+2B314", `NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Ben+40contoso.com`);
    const [report, ...more] = inbox();
    expect(more).toEqual([]);
    expect(report).toMatchObject({ subject: "Delivered: Asked", itemClass: "REPORT.IPM.Note.DR" });
    for (const line of [
      "Original-Envelope-Id: QQ+314",
      "Original-Recipient: rfc822;Ben@contoso.com",
      "Action: delivered",
      "Status: 2.1.5",
      "Content-Type: text/rfc822-headers",
    ])
      expect(report?.mime).toContain(`${line}\r\n`);
    expect(report?.mime).not.toContain("Good morning.");
  });

  test("hears it from the other side where the recipient is there, and once", async () => {
    await send(uma, "", "NOTIFY=SUCCESS");
    expect(inbox().map(({ subject }) => subject)).toEqual(["Delivered: Asked"]);
  });

  test.each([
    ["RET=HDRS", "NOTIFY=FAILURE", ["Undeliverable: Asked"], false],
    ["RET=FULL", "NOTIFY=FAILURE,DELAY", ["Undeliverable: Asked"], true],
    ["", "NOTIFY=NEVER", [], false],
    ["", "NOTIFY=SUCCESS", [], false],
  ])("gets %j %j of a failure: %j", async (onMail, onRcpt, subjects, whole) => {
    const side = "onPremises";
    const mime = Buffer.from(plain(anna, "gone@contoso.com", "Asked"));
    const notify = onRcpt.slice("NOTIFY=".length).split(",");
    world.flow.submit(
      side,
      {
        from: anna,
        to: ["gone@contoso.com"],
        notifications: {
          ...(onMail === "RET=HDRS" ? { ret: "HDRS" as const } : {}),
          recipients: { "gone@contoso.com": { notify } },
        },
      },
      mime,
      "test",
    );
    await world.flow.idle();
    expect(inbox().map(({ subject }) => subject)).toEqual(subjects);
    expect(inbox().some((each) => each.mime.includes("Good morning."))).toBe(whole);
  });

  test("is told that a server took the message which reports nothing itself", async () => {
    const notifications = { recipients: { [outsider]: { notify: ["SUCCESS"] } } };
    world.flow.submit(
      "onPremises",
      { from: anna, to: [outsider], notifications },
      Buffer.from(plain(anna, outsider, "Asked")),
      "test",
    );
    await world.flow.idle();
    expect(inbox()).toMatchObject([{ subject: "Relayed: Asked", itemClass: "REPORT.IPM.Note.Relayed.DR" }]);
  });

  test("learns no members of a group", async () => {
    await send("board@contoso.com", "", "NOTIFY=SUCCESS");
    expect(inbox().map(({ subject }) => subject)).toEqual(["Asked"]);
  });

  test.each([
    ["MAIL FROM:<a@b.example> RET=SOME", 501],
    [`${envelope.trim()} ENVID=a\r\nRCPT TO:<${ben}> NOTIFY=NEVER,SUCCESS`, 501],
    [`${envelope.trim()}\r\nRCPT TO:<${ben}> NOTIFY=SOMETIMES`, 501],
    [`${envelope.trim()}\r\nRCPT TO:<${ben}> FOO=1`, 555],
  ])("%j is refused with %i", async (commands, code) => {
    const say = await talk();
    const replies = await commands
      .split("\r\n")
      .reduce(
        async (before, command) => [...(await before), await say(`${command}\r\n`)],
        Promise.resolve([] as string[]),
      );
    expect(replies.at(-1)).toMatch(new RegExp(`^${code} 5\\.5\\.4 `));
  });
});
