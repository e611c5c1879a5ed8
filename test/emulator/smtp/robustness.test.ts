import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recipientByAddress, sideOf } from "../store.ts";
import { anna, ben, outsider, startMailWorld, type MailWorld } from "./mail-world.ts";

let world: MailWorld;
const open: Socket[] = [];
beforeEach(async () => (world = await startMailWorld()));
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await world.close();
});

/** A raw conversation: sends bytes as they are and reads replies one by one. */
interface Talk {
  /** The next whole reply, its lines joined by LF; `""` when the server has closed. */
  reply: () => Promise<string>;
  say: (bytes: string | Buffer) => Promise<string>;
  startTls: () => Promise<Talk>;
}

function talk(socket: Socket): Talk {
  open.push(socket);
  let text = "";
  let closed = false;
  let wake = (): void => undefined;
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
    wake();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    closed = true;
    wake();
  });
  const reply = async (): Promise<string> => {
    for (;;) {
      const [whole] = /^(?:\d{3}-[^\r\n]*\r\n)*\d{3}[^-\r\n][^\r\n]*\r\n/.exec(text) ?? [];
      if (whole !== undefined) {
        text = text.slice(whole.length);
        return whole.trimEnd().replaceAll("\r\n", "\n");
      }
      if (closed) return "";
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    reply,
    say: (bytes) => {
      socket.write(bytes);
      return reply();
    },
    startTls: async () => {
      socket.removeAllListeners("data");
      const secure = connectTls({
        socket,
        servername: "localhost",
        ca: world.organization.authority.ca,
      });
      await new Promise((resolve, reject) => secure.once("secureConnect", resolve).once("error", reject));
      return talk(secure);
    },
  };
}

/** A conversation with port 25 (or submission) that has got past EHLO. */
async function greeted(address = world.flow.onPremises): Promise<Talk> {
  const session = talk(connect(Number(address.split(":")[1]), "127.0.0.1"));
  expect(await session.reply()).toMatch(/^220 mail\.contoso\.com /);
  expect(await session.say("EHLO judge.example\r\n")).toMatch(
    /^250-mail\.contoso\.com Hello \[127\.0\.0\.1\]\n/,
  );
  return session;
}

/** One that has got to DATA, of a message to Ben. */
async function writing(): Promise<Talk> {
  const session = await greeted();
  expect(await session.say("MAIL FROM:<x@partner.example>\r\n")).toMatch(/^250 /);
  expect(await session.say(`RCPT TO:<${ben}>\r\n`)).toMatch(/^250 /);
  expect(await session.say("DATA\r\n")).toMatch(/^354 /);
  return session;
}

async function subjects(): Promise<string[]> {
  await world.flow.idle();
  return world.folder(ben, "inbox").map(({ subject }) => subject);
}

describe("commands", () => {
  test.each([
    ["FOO", 500],
    ["", 500],
    ["\0\0", 500],
    ["EXPN everyone", 500],
    ["BDAT 0 LAST", 503],
    ["BDAT three", 501],
    ["WIZ", 500],
    ["RCPT TO:<ben.fischer@contoso.com>", 503],
    ["DATA", 503],
    ["MAIL FROM:x@partner.example", 501],
    ["MAIL FROM:<x y@@>", 501],
    ["MAIL FROM:<x@partner.example> SIZE=99999999", 552],
    ["MAIL FROM:<x@partner.example> FOO=1", 555],
    ["STARTTLS now", 501],
    ["AUTH PLAIN AGEAYg==", 500],
  ])("%j is refused with %i, and the next one is heard", async (command, code) => {
    const session = await greeted();
    expect(await session.say(`${command}\r\n`)).toMatch(new RegExp(`^${code} `));
    expect(await session.say("NOOP\r\n")).toMatch(/^250 /);
  });

  test("what is offered is taken: 8BITMIME, SIZE, SMTPUTF8, pipelining", async () => {
    const session = await greeted();
    expect(
      await session.say("MAIL FROM:<jürgen@partner.example> SMTPUTF8 BODY=8BITMIME SIZE=10\r\n"),
    ).toMatch(/^250 /);
    expect(await session.say("MAIL FROM:<x@partner.example>\r\n")).toMatch(/^503 /);
    expect(await session.say("RSET\r\n")).toMatch(/^250 /);
    const all = `MAIL FROM:<x@partner.example>\r\nRCPT TO:<nobody@contoso.com>\r\nRCPT TO:<${ben}>\r\nDATA\r\n`;
    const codes = [
      await session.say(all),
      await session.reply(),
      await session.reply(),
      await session.reply(),
    ];
    expect(codes.map((reply) => reply.slice(0, 3))).toEqual(["250", "550", "250", "354"]);
    expect(await session.say("Subject: piped\r\n\r\nx\r\n.\r\nQUIT\r\n")).toMatch(/^250 2\.6\.0 /);
    expect(await session.reply()).toMatch(/^221 /);
    expect(await session.reply()).toBe("");
    expect(await subjects()).toEqual(["piped"]);
  });

  test("an endless command and HTTP end the conversation, and others go on", async () => {
    expect(await (await greeted()).say("a".repeat(5_000_000))).toMatch(/^421 /);
    expect(await (await greeted()).say("GET / HTTP/1.1\r\n")).toMatch(/^421 /);
    await (await writing()).say("Subject: after\r\n\r\nx\r\n.\r\n");
    expect(await subjects()).toEqual(["after"]);
  });

  test("commands that were sent before TLS are forgotten with it", async () => {
    const session = await greeted();
    expect(await session.say("STARTTLS\r\nMAIL FROM:<x@partner.example>\r\n")).toMatch(/^220 /);
    const secure = await session.startTls();
    expect(await secure.say("EHLO judge.example\r\n")).not.toContain("STARTTLS");
    expect(await secure.say(`RCPT TO:<${ben}>\r\n`)).toMatch(/^503 /);
  });

  test("garbage instead of TLS closes that connection alone", async () => {
    const session = await greeted();
    await session.say("STARTTLS\r\n");
    expect(await session.say("garbage\r\n".repeat(100))).toBe("");
    await greeted();
  });

  test("submission wants TLS before a password, and well-formed ones", async () => {
    const plain = await greeted(world.flow.submission);
    expect(await plain.say("AUTH PLAIN AGEAYg==\r\n")).toMatch(/^504 5\.7\.4 /);
    expect(await plain.say("STARTTLS\r\n")).toMatch(/^220 /);
    const session = await plain.startTls();
    await session.say("EHLO judge.example\r\n");
    expect(await session.say("AUTH PLAIN !!!\r\n")).toMatch(/^501 /);
    expect(await session.say("AUTH FOO\r\n")).toMatch(/^504 /);
    expect(await session.say("AUTH LOGIN\r\n")).toMatch(/^334 /);
    expect(await session.say("*\r\n")).toMatch(/^501 /);
    const { password = "" } = recipientByAddress(sideOf(world.organization, "onPremises"), anna) ?? {};
    const proof = Buffer.from(`\0${anna}\0${password}`).toString("base64");
    expect(await session.say(`AUTH PLAIN ${proof}\r\n`)).toMatch(/^235 /);
  });
});

describe("messages", () => {
  test.each([
    ["LF.LF", "\n.\n"],
    ["LF.CRLF", "\n.\r\n"],
    ["CR.CRLF", "\r.\r\n"],
    ["CRLF.LF", "\r\n.\n"],
    ["CRLF.CR", "\r\n.\r"],
    ["CRLF.NUL.CRLF", "\r\n.\0\r\n"],
  ])("%s does not end a message: no second one is smuggled in, or out", async (_name, end) => {
    const smuggled = `MAIL FROM:<${anna}>\r\nRCPT TO:<${ben}>\r\nDATA\r\nSubject: evil\r\n\r\nx`;
    const content = `Subject: good\r\n\r\nhello${end}${smuggled}\r\n.\r\n`;
    expect(await (await writing()).say(content)).toMatch(/^250 /);
    expect(await subjects()).toEqual(["good"]);
    const from = `From: ${anna}\r\nTo: ${outsider}\r\n${content}`.replace(/\r\n\.\r\n$/, "\r\n");
    await world.submit(anna, [outsider], Buffer.from(from));
    await world.flow.idle();
    expect(world.flow.internet.received.map(({ to }) => to)).toEqual([[outsider]]);
  });

  test("dots at the start of lines come out as they went in", async () => {
    await (await writing()).say("Subject: dots\r\n\r\n..one\r\n...two\r\n.\r\n");
    await world.flow.idle();
    expect(Buffer.from(world.folder(ben, "inbox")[0]?.mime ?? []).toString()).toContain(
      "\r\n.one\r\n..two\r\n",
    );
  });

  test.each([
    ["nothing at all", ""],
    ["an empty line", "\r\n"],
    ["NULs", "Subject: x\r\n\r\na\0b\r\n"],
    ["a line of two megabytes", `Subject: x\r\n\r\n${"a".repeat(2_000_000)}\r\n`],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x80, 0x0d, 0x0a])],
    [
      "a broken multipart",
      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    ],
  ])("%s is a message all the same, and is delivered", async (_what, content) => {
    const session = await writing();
    expect(await session.say(Buffer.concat([Buffer.from(content), Buffer.from(".\r\n")]))).toMatch(/^250 /);
    expect(await subjects()).toHaveLength(1);
  });

  test.each([
    ["one long line", `X-A: ${"a".repeat(300_000)}\r\n`],
    ["many lines", "X-A: b\r\n".repeat(40_000)],
    ["no end", "a".repeat(300_000)],
  ])("a header of more than 256 KB (%s) is refused, and the next message taken", async (_what, header) => {
    const session = await writing();
    expect(await session.say(`${header}\r\nx\r\n.\r\n`)).toBe(
      "552 5.3.4 Header size exceeds fixed maximum size",
    );
    await session.say("MAIL FROM:<x@partner.example>\r\n");
    await session.say(`RCPT TO:<${ben}>\r\n`);
    await session.say("DATA\r\n");
    expect(await session.say("Subject: next\r\n\r\nx\r\n.\r\n")).toMatch(/^250 /);
    expect(await subjects()).toEqual(["next"]);
  });

  test("more than was announced as the largest is refused at its end", async () => {
    const session = await writing();
    const line = `${"a".repeat(998)}\r\n`;
    expect(await session.say(`Subject: big\r\n\r\n${line.repeat(37_000)}.\r\n`)).toMatch(/^552 /);
    expect(await subjects()).toEqual([]);
  });

  test("a client that breaks off in the middle has sent nothing", async () => {
    const session = await writing();
    const [socket] = open;
    socket?.write("Subject: half\r\n\r\nx\r\n");
    socket?.end();
    expect(await session.reply()).toBe("");
    expect(await subjects()).toEqual([]);
  });
});
