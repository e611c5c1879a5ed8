import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RequestedFault } from "../faults.ts";
import { anna, ben, outsider, plain, startMailWorld, uma, type MailWorld } from "./mail-world.ts";

let world: MailWorld;
const ends: (() => void)[] = [];
beforeEach(async () => (world = await startMailWorld()));
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await world.close();
});

const fault = (failure: RequestedFault["failure"], more: Partial<RequestedFault> = {}): number =>
  world.organization.faults.add({ protocol: "smtp", side: "onPremises", failure, ...more });
const inbox = async (): Promise<number> => {
  await world.flow.idle();
  return world.folder(ben, "inbox").length;
};
const mail = `MAIL FROM:<${outsider}>\r\n`;
const toBen = `RCPT TO:<${ben}>\r\n`;
const content = `${plain(outsider, ben, "Hi")}\n.\n`.replaceAll(/\r?\n/g, "\r\n");

/** A conversation with port 25: what came so far, in the pieces in which it came; `ended` resolves when the connection is over. */
interface Talk {
  pieces: string[];
  /** Sends a text, and resolves when `until` has come or the connection is over; answers what came meanwhile. */
  say: (text: string, until: RegExp) => Promise<string>;
  ended: Promise<void>;
}

async function talk(): Promise<Talk> {
  const socket = connect(Number(world.flow.onPremises.split(":")[1]), "127.0.0.1");
  ends.push(() => socket.destroy());
  const pieces: string[] = [];
  let [over, wake] = [false, (): void => {}];
  socket.on("data", (piece: Buffer) => {
    pieces.push(piece.toString());
    wake();
  });
  socket.on("error", () => {});
  const ended = new Promise<void>((resolve) =>
    socket.on("close", () => {
      over = true;
      wake();
      resolve();
    }),
  );
  const say = async (text: string, until: RegExp): Promise<string> => {
    pieces.splice(0);
    if (text !== "") socket.write(text);
    while (!over && !until.test(pieces.join(""))) await new Promise<void>((resolve) => (wake = resolve));
    return pieces.join("");
  };
  await say("", /^220 /);
  await say("EHLO client.example\r\n", /^250 .*\r\n/m);
  return { pieces, say, ended };
}

/** One that has come to the message itself. */
async function writing(): Promise<Talk> {
  const one = await talk();
  await one.say(mail, /\n/);
  await one.say(toBen, /\n/);
  await one.say("DATA\r\n", /\n/);
  return one;
}

describe("an SMTP connection", () => {
  test.each(["MAIL", "RCPT"])("breaks at %s before it is answered", async (operation) => {
    fault("drop", { operation });
    const one = await talk();
    expect(await one.say(`${mail}${toBen}DATA\r\n`, /354/)).not.toContain(
      operation === "MAIL" ? "250" : "Recipient",
    );
    await one.ended;
    expect(await inbox()).toBe(0);
  });

  test("breaks at DATA before the message is taken", async () => {
    const one = await talk();
    fault("drop", { operation: "DATA" });
    expect(await one.say(`${mail}${toBen}DATA\r\n`, /354/)).not.toContain("354");
    await one.ended;
    expect(await inbox()).toBe(0);
  });

  test.each(["DATA", "BDAT"])(
    "breaks after a message by %s was taken, and before its answer",
    async (verb) => {
      fault("dropAfter", { operation: "DATA", mailbox: outsider });
      const one = verb === "DATA" ? await writing() : await talk();
      const size = Buffer.byteLength(content);
      const text = verb === "DATA" ? content : `${mail}${toBen}BDAT ${size} LAST\r\n${content}`;
      expect(await one.say(text, /Queued mail/)).not.toContain("Queued mail");
      await one.ended;
      expect(await inbox()).toBe(1);
    },
  );

  test("breaks in the middle of the answer that a message was taken", async () => {
    fault("truncate", { operation: "DATA", bytes: 9 });
    const one = await writing();
    expect(await one.say(content, /\n/)).toBe("250 2.6.0");
    await one.ended;
    expect(await inbox()).toBe(1);
  });

  test("breaks in the middle of a refusal, too", async () => {
    fault("truncate", { operation: "RCPT" });
    const one = await talk();
    const answers = await one.say(`${mail}RCPT TO:<nobody@contoso.com>\r\n`, /RecipientNotFound/);
    expect(answers).toMatch(/^250 .*\r\n550 5\.1\.10 RES/);
    expect(answers).not.toMatch(/lookup/);
    await one.ended;
  });
});

describe("an SMTP answer", () => {
  test("drips, and those to what was sent after it wait", async () => {
    fault("drip", { operation: "MAIL" });
    const one = await talk();
    const answers = await one.say(`${mail}${toBen}NOOP\r\n`, /(?:.*\r\n){3}/);
    expect(answers).toMatch(/^250 2\.1\.0 .*\r\n250 2\.1\.5 .*\r\n250 2\.0\.0 .*\r\n$/);
    expect(one.pieces[0]).toBe("250 2.1.0 ");
    expect(one.pieces.length).toBeGreaterThan(2);
  });

  test("is late, while others have theirs, and says what it would have said", async () => {
    fault("latency", { operation: "MAIL", delay: 1000 });
    const [slow, quick] = [await talk(), await talk()];
    const order: string[] = [];
    const asked = slow.say(mail, /\n/).then((text) => order.push(`slow ${text}`));
    // The first one to come is the one that is late.
    await expect.poll(() => world.organization.faults.list()).toEqual([]);
    order.push(`quick ${await quick.say(mail, /\n/)}`);
    await asked;
    expect(order).toEqual([
      expect.stringMatching(/^quick 250 2\.1\.0/),
      expect.stringMatching(/^slow 250 2\.1\.0/),
    ]);
  });

  test.each(["throttle", "unavailable", "error", "expired"] as const)(
    "is a refusal for the moment (%s)",
    async (failure) => {
      fault(failure, { operation: "DATA" });
      const one = await writing();
      expect(await one.say(content, /\n/)).toBe("451 4.3.2 Service not available\r\n");
      expect(await inbox()).toBe(0);
      await one.say(`${mail}${toBen}DATA\r\n`, /354/);
      expect(await one.say(content, /\n/)).toMatch(/^250 2\.6\.0/);
      expect(await inbox()).toBe(1);
    },
  );
});

test("a sign-in breaks off, and the next one does not", async () => {
  fault("drop", { operation: "AUTH", mailbox: anna });
  await expect(world.submit(anna, [ben], plain(anna, ben, "Hi"))).rejects.toThrow(/closed|reset|hang up/i);
  await world.submit(anna, [ben], plain(anna, ben, "Hi"));
  expect(await inbox()).toBe(1);
});

test("mail between the sides is tried again when its connection broke, and not lost", async () => {
  world.organization.faults.add({
    protocol: "smtp",
    side: "online",
    operation: "DATA",
    failure: "dropAfter",
    mailbox: anna,
  });
  await world.submit(anna, [uma], plain(anna, uma, "Hi"));
  await world.flow.idle();
  expect(world.organization.faults.list()).toEqual([]);
  // Message-ID and submit time are the same: the second one is suppressed.
  expect(world.folder(uma, "inbox")).toHaveLength(1);
});
