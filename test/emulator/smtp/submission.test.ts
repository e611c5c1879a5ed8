import { createTransport } from "nodemailer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recipientByAddress, sideOf, type Recipient } from "../store.ts";
import { anna, ben, headerIn, outsider, plain, startMailWorld, uma, type MailWorld } from "./mail-world.ts";

let world: MailWorld;
beforeEach(async () => (world = await startMailWorld()));
afterEach(() => world.close());

const info = "info@contoso.com";
const refused = {
  message: expect.stringContaining(
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
  ),
};
const recipient = (address: string): Recipient => {
  const found = recipientByAddress(sideOf(world.organization, "onPremises"), address);
  if (!found) throw new Error(address);
  return found;
};
const attempt = (options: object): Promise<unknown> => {
  const transport = createTransport({
    host: "127.0.0.1",
    port: Number(world.flow.submission.split(":")[1]),
    tls: { ca: world.organization.authority.ca, servername: "localhost" },
    ...options,
  });
  const envelope = { from: anna, to: [outsider] };
  return transport.sendMail({ envelope, raw: plain(anna, outsider, "Hi") }).finally(() => transport.close());
};

test("nobody signs in before STARTTLS, or sends before signing in", async () => {
  const auth = { user: anna, pass: recipient(anna).password ?? "" };
  // Without TLS no sign-in is offered, and none is taken.
  await expect(attempt({ ignoreTLS: true, auth })).rejects.toThrow("530 5.7.57 Client not authenticated");
  await expect(attempt({ requireTLS: true })).rejects.toThrow(
    "530 5.7.57 Client not authenticated to send mail",
  );
});

test.each(["PLAIN", "LOGIN"])("AUTH %s takes the directory's password and no other", async (authMethod) => {
  const auth = { user: anna, pass: recipient(anna).password ?? "" };
  await expect(attempt({ requireTLS: true, authMethod, auth })).resolves.toMatchObject({
    response: expect.stringMatching(/^250 2\.6\.0/),
  });
  await expect(attempt({ requireTLS: true, authMethod, auth: { ...auth, pass: "wrong" } })).rejects.toThrow(
    "535 5.7.3 Authentication unsuccessful",
  );
});

test("a disabled account cannot sign in", async () => {
  recipient(anna).disabled = true;
  const auth = { user: anna, pass: recipient(anna).password ?? "" };
  await expect(attempt({ requireTLS: true, auth })).rejects.toThrow("535 5.7.3");
});

test("somebody else's address is refused in the envelope and in From", async () => {
  await expect(world.submit(ben, [uma], plain(info, uma, "Hi"), info)).rejects.toMatchObject(refused);
  await expect(world.submit(ben, [uma], plain(anna, uma, "Hi"), ben)).rejects.toMatchObject(refused);
  await expect(world.submit(ben, [uma], plain("x@partner.example", uma, "Hi"), ben)).rejects.toMatchObject(
    refused,
  );
  expect(world.folder(info, "sentitems")).toEqual([]);
});

test("an account may send from any address of its own", async () => {
  const [alias = ""] = recipient(anna)
    .emailAddresses.filter((proxy) => proxy.startsWith("smtp:a."))
    .map((proxy) => proxy.slice(5));
  await world.submit(anna, [uma], plain(alias, uma, "Hi"), alias);
  await world.flow.idle();
  expect(world.folder(uma, "inbox")).toHaveLength(1);
});

test("Send As leaves a copy in the shared mailbox where it is set so", async () => {
  await world.submit(anna, [uma], plain(info, uma, "As info"), info);
  recipient(info).messageCopyForSentAsEnabled = false;
  await world.submit(anna, [uma], plain(info, uma, "Again"), info);
  await world.flow.idle();
  expect(world.folder(info, "sentitems")).toMatchObject([
    { subject: "As info", isRead: true, isDraft: false },
  ]);
  expect(world.folder(anna, "sentitems")).toEqual([]);
  expect(world.folder(uma, "inbox")).toHaveLength(2);
});

test("Send on Behalf names the delegate in Sender, and keeps a copy where it is set so", async () => {
  Object.assign(recipient(info), {
    grantSendOnBehalfTo: [recipient(ben).guid],
    messageCopyForSendOnBehalfEnabled: true,
  });
  await world.submit(ben, [uma], plain(info, uma, "For info"));
  await world.flow.idle();
  for (const folder of [world.folder(uma, "inbox"), world.folder(info, "sentitems")]) {
    expect(folder).toHaveLength(1);
    expect(headerIn(folder[0]?.mime, "Sender")).toBe(`<${ben}>`);
  }
});

test("an SMTP client's copy is kept only where the mailbox says so, as it was before transport", async () => {
  recipient(ben).messageCopyForSmtpClientSubmissionEnabled = true;
  await world.submit(ben, [uma], plain(ben, uma, "Copy"));
  await world.submit(anna, [uma], plain(anna, uma, "No copy"));
  expect(world.folder(anna, "sentitems")).toEqual([]);
  const [copy] = world.folder(ben, "sentitems");
  const text = Buffer.from(copy?.mime ?? []).toString();
  expect(text).toContain("Subject: Copy");
  expect(text).not.toMatch(/^(Received|X-MS-Exchange)/im);
});

test("a message gets what it lacks, keeps what it has, and loses what it may not claim", async () => {
  await world.submit(anna, [uma], plain(anna, uma, "Bare", ["X-MS-Exchange-Organization-SCL: -1"]));
  await world.submit(
    anna,
    [uma],
    plain(anna, uma, "Full", ["Message-ID: <1@contoso.com>", "Date: Sun, 22 Nov 2026 10:00:00 +0100"]),
  );
  await world.flow.idle();
  const [bare = Buffer.of(), full = Buffer.of()] = world
    .folder(uma, "inbox")
    .toSorted((one, other) => one.subject.localeCompare(other.subject))
    .map(({ mime }) => mime);
  expect(headerIn(bare, "Message-ID")).toMatch(/^<[0-9a-f-]+@contoso\.com>$/);
  expect(Date.parse(headerIn(bare, "Date") ?? "")).not.toBeNaN();
  expect(headerIn(bare, "X-MS-Exchange-Organization-SCL")).toBeUndefined();
  expect(headerIn(full, "Message-ID")).toBe("<1@contoso.com>");
  expect(headerIn(full, "Date")).toBe("Sun, 22 Nov 2026 10:00:00 +0100");
});

test("a sign-in that fails for a moment is refused for a moment", async () => {
  world.organization.faults.add({ protocol: "smtp", operation: "AUTH", failure: "unavailable" });
  const auth = { user: anna, pass: recipient(anna).password ?? "" };
  await expect(attempt({ requireTLS: true, auth })).rejects.toThrow(
    "454 4.7.0 Temporary authentication failure",
  );
  await expect(attempt({ requireTLS: true, auth })).resolves.toMatchObject({ response: expect.any(String) });
});
