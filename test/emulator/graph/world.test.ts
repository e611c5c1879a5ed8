import { Agent, fetch } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFolder } from "../mailbox.ts";
import { recipientByAddress, sideOf } from "../store.ts";
import { describeWorld, startWorld, type World } from "../world.ts";
import { graphPermissions } from "./access.ts";

const [uma, victor] = ["uma.patel@contoso.com", "victor.hugo@contoso.com"];
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Bodies of the messages that lie in somebody's inbox, wherever that is. */
function inbox(side: "online" | "onPremises", address: string): (string | undefined)[] {
  const found = sideOf(world.organization, side);
  const mailbox = found.mailboxes.get(recipientByAddress(found, address)?.guid ?? "");
  const folder = mailbox && findFolder(mailbox, "inbox")?.id;
  return [...(mailbox?.items.values() ?? [])]
    .filter(({ folderId }) => folderId === folder)
    .map(({ text }) => text?.trim());
}

test("a message sent through Graph with what the world prints reaches both sides", async () => {
  for (const application of world.organization.store.applications)
    application.permissions.push(...graphPermissions);
  const { graph, token, app } = describeWorld(world) as {
    graph: string;
    token: string;
    app: { clientId: string; secret: string };
  };
  const dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
  const signedIn = await fetch(token, {
    method: "POST",
    dispatcher,
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: app.clientId,
      client_secret: app.secret,
      scope: "https://graph.microsoft.com/.default",
    }),
  });
  const bearer = String(((await signedIn.json()) as Record<string, unknown>)["access_token"]);
  const message = {
    subject: "Lunch?",
    body: { contentType: "text", content: "At noon." },
    toRecipients: [victor, "anna.weber@contoso.com"].map((address) => ({ emailAddress: { address } })),
    bccRecipients: [{ emailAddress: { address: "ben.fischer@contoso.com" } }],
  };
  const answer = await fetch(`${graph}/v1.0/users/${uma}/sendMail`, {
    method: "POST",
    dispatcher,
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
    body: JSON.stringify({ message }),
  });
  await dispatcher.close();
  expect(answer.status).toBe(202);
  await world.mail.idle();
  expect(inbox("online", victor)).toEqual(["At noon."]);
  expect(inbox("onPremises", "anna.weber@contoso.com")).toEqual(["At noon."]);
  expect(inbox("onPremises", "ben.fischer@contoso.com")).toEqual(["At noon."]);
});
