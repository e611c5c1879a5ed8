import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";
import { startReceiver, type Receiver } from "./notifications/receiver.ts";
import { describedOperations, graphSchemaMissing } from "./schema.ts";

/** What each operation is called with, by its path; those without an entry need no body. Every answer is held to the description. */
const bodies: Record<string, unknown> = {
  "POST /users/{user-id}/messages": { subject: "Made" },
  "POST /users/{user-id}/mailFolders/{mailFolder-id}/messages": { subject: "Made" },
  "PATCH /users/{user-id}/messages/{message-id}": { isRead: false },
  "PATCH /users/{user-id}/mailFolders/{mailFolder-id}/messages/{message-id}": { isRead: false },
  "POST /users/{user-id}/messages/{message-id}/copy": { destinationId: "inbox" },
  "POST /users/{user-id}/messages/{message-id}/move": { destinationId: "inbox" },
  "POST /$batch": { requests: [{ id: "1", method: "GET", url: `/users/${uma}` }] },
};
const attachment = {
  "@odata.type": "#microsoft.graph.fileAttachment",
  name: "a.txt",
  contentBytes: "dGV4dA==",
};
const AttachmentItem = { attachmentType: "file", name: "big.bin", size: 3_500_000 };
const success: Record<string, number> = { GET: 200, PATCH: 200, DELETE: 204, POST: 201 };
const others: Record<string, number> = {
  "POST /$batch": 200,
  "POST /subscriptions/{subscription-id}/reauthorize": 204,
};

let graph: GraphTest;
let hook: Receiver;
beforeAll(async () => {
  graph = await startGraph();
  hook = await startReceiver(graph.organization);
});
afterAll(async () => {
  await hook.close();
  await graph.close();
});

/** A fresh message with an attachment. */
async function message(): Promise<{ id: string; attachment: string }> {
  await graph.store("sentitems", mimeOf("Offer", "offer@x"));
  const [made] = (await graph.ask(`GET /users/${uma}/messages?$top=1`)).value;
  const id = String(made?.["id"]);
  const added = await graph.ask(`POST /users/${uma}/messages/${id}/attachments`, attachment);
  return { id, attachment: String(added.data["id"]) };
}

const subscription = (): object => ({
  changeType: "created",
  notificationUrl: hook.origin,
  resource: `users/${uma}/messages`,
  expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
});

function bodyOf(operation: string): unknown {
  if (operation.endsWith("/attachments")) return attachment;
  if (operation.endsWith("/createUploadSession")) return { AttachmentItem };
  if (operation === "POST /subscriptions") return subscription();
  if (operation.startsWith("PATCH /subscriptions"))
    return { expirationDateTime: new Date(Date.now() + 7_200_000).toISOString() };
  return bodies[operation];
}

test.skipIf(graphSchemaMissing)(
  `the description has all of its operations (${graphSchemaMissing ?? "it is there"})`,
  () => {
    expect(describedOperations()).toHaveLength(45);
  },
);

describe.skipIf(graphSchemaMissing)("is answered as described:", () => {
  test.for(describedOperations())("%s", async (operation) => {
    const [method = "", template = ""] = operation.split(" ");
    const made = await message();
    const subscribed = template.includes("{subscription-id}")
      ? (await graph.ask("POST /subscriptions", subscription())).data["id"]
      : "";
    const path = template
      .replace("{user-id}", uma)
      .replace("{mailFolder-id}", "sentitems")
      .replace("{message-id}", made.id)
      .replace("{attachment-id}", made.attachment)
      .replace("{subscription-id}", String(subscribed))
      .replace("{group-id}", graph.recipient("signatures@contoso.com").guid);
    const body = method === "GET" || method === "DELETE" ? undefined : bodyOf(operation);
    const answer = await graph.ask(`${method} ${path}`, body);
    expect(answer.status).toBe(others[operation] ?? success[method]);
  });
});
