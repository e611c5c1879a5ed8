import { randomUUID } from "node:crypto";
import type Mail from "nodemailer/lib/mailer/index.js";
import { compose, invitation, signed } from "./compose.ts";

/** What must have become of the sender's copy. */
export type Expectation =
  | { updated: number }
  /** A reason of the daemon's audit, or of the mail flow for mail that never reaches the daemon. */
  | { skipped: string };

/** One message of the demo and how it must end. */
export interface Scene {
  title: string;
  /** The person who signs in. */
  account: string;
  /** The address in From: the account's own, or one that it may send as. */
  from: string;
  to: string[];
  /** RFC 5322 Message-ID with angle brackets. */
  messageId: string;
  mime: Buffer;
  /** Where the account's mailbox is. */
  home: "onPremises" | "online";
  /** How many versions of it the relay makes: one for outsiders, one for colleagues. */
  versions: number;
  expected: Expectation;
}

const customer = "carl.customer@fabrikam.example";
const colleague = "uma.patel@contoso.com";

/** A dot of one pixel: the smallest picture that is one. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** The messages, composed as mail clients do; a Message-ID is never used twice. */
export async function scenes(now: Date): Promise<Scene[]> {
  const scene = async (
    title: string,
    alias: string,
    to: string[],
    expected: Expectation,
    extra: Mail.Options = {},
    build: (mail: Mail.Options & { from: string; to: string }) => Promise<Buffer> = compose,
  ): Promise<Scene> => {
    const account = `${alias}@contoso.com`;
    const from = typeof extra.from === "string" ? extra.from : account;
    const messageId = `<${randomUUID()}@contoso.com>`;
    const mail = {
      subject: title,
      text: `Hello,\n\n${title}: here is what we talked about.\n\nBest regards`,
      html: `<html><body><p>Hello,</p><p>${title}: here is <b>what we talked about</b>.</p><p>Best regards</p></body></html>`,
      date: now,
      ...extra,
      from,
      to: to.join(", "),
      messageId,
    };
    const home = alias === "wanda.zielinska" ? "online" : "onPremises";
    const versions = new Set(to.map((address) => address.endsWith("@contoso.com"))).size;
    return { title, account, from, to, messageId, mime: await build(mail), home, versions, expected };
  };
  return [
    await scene("External offer", "anna.weber", [customer], { updated: 1 }),
    await scene("Internal note", "ben.fischer", [colleague], { updated: 1 }),
    await scene("To both at once", "clara.schulz", [customer, colleague], { updated: 2 }),
    await scene("From Exchange Online", "wanda.zielinska", [customer], { updated: 1 }),
    await scene("Sender out of scope", "otto.outsider", [customer], { skipped: "sender-out-of-scope" }),
    await scene("Invitation", "david.koch", [customer], { skipped: "not-stamped" }, {}, (mail) =>
      invitation(mail, now),
    ),
    await scene(
      "Already processed",
      "eva.lindqvist",
      [customer],
      { skipped: "nothing-to-change" },
      {
        headers: { "X-CodeTwoProcessed": "true" },
      },
    ),
    await scene("S/MIME signed", "felix.braun", [customer], { skipped: "smime" }, {}, signed),
    await scene(
      "Picture and attachment",
      "greta.hansen",
      [customer],
      { updated: 1 },
      {
        html: '<html><body><p>Our new logo: <img src="cid:logo@contoso.com" alt="logo"></p></body></html>',
        attachments: [
          { filename: "logo.png", content: picture, cid: "logo@contoso.com", contentDisposition: "inline" },
          { filename: "Prices.csv", content: "item;price\nlogo;100\n", contentType: "text/csv" },
        ],
      },
    ),
    await scene(
      "Sent as the shared mailbox",
      "anna.weber",
      [customer],
      { updated: 2 },
      { from: "info@contoso.com" },
    ),
  ];
}

/**
 * What somebody who received `victim` could send to have its sender's copy rewritten: same Message-ID, same From,
 * every header that marks a processed mail of the organization, and another text.
 */
export async function forgery(victim: Scene, tenantId: string): Promise<Buffer> {
  return compose({
    from: victim.from,
    to: colleague,
    subject: victim.title,
    messageId: victim.messageId,
    html: "<html><body><p>Please transfer the money to the new account.</p></body></html>",
    headers: {
      "X-CodeTwoProcessed": "true",
      "X-CodeTwo-MessageID": randomUUID(),
      "X-MS-Exchange-Organization-MessageDirectionality": "Originating",
      "X-MS-Exchange-Organization-AuthAs": "Internal",
      "X-MS-Exchange-CrossTenant-Id": tenantId,
    },
  });
}
