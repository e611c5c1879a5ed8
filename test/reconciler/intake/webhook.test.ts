import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Notice, openWebhook, type Webhook } from "../../../reconciler/intake/webhook.ts";

const publicUrl = "https://siu.contoso.com/notifications";
const behindProxy = { publicUrl, host: "127.0.0.1", port: 0, onError: () => undefined };
let webhook: Webhook;
let heard: Notice[];
beforeEach(async () => {
  webhook = await openWebhook(behindProxy);
  heard = [];
  webhook.hear((notice) => heard.push(notice));
});
afterEach(() => webhook.close());

const post = (body: string, path = "/notifications", method = "POST"): Promise<Response> =>
  fetch(`http://127.0.0.1:${webhook.port}${path}`, { method, ...(method === "GET" ? {} : { body }) });

function told(...more: object[]): string {
  const value = more.map((one) => ({
    subscriptionId: "s1",
    changeType: "created",
    clientState: webhook.secret,
    ...one,
  }));
  return JSON.stringify({ value });
}

test("the address proves itself with the token as it is, as text that no browser takes for a page", async () => {
  const token = "Validation: <script>1</script> + %41";
  const answer = await post("", `/notifications?validationToken=${encodeURIComponent(token)}`);
  expect([answer.status, await answer.text()]).toEqual([200, token]);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("news and events of the subscription are passed on, in their order", async () => {
  const life = { changeType: undefined, lifecycleEvent: "missed" };
  expect((await post(told({}, { subscriptionId: "s2" }, life))).status).toBe(202);
  expect(heard).toEqual([
    { subscription: "s1", event: "news" },
    { subscription: "s2", event: "news" },
    { subscription: "s1", event: "missed" },
  ]);
});

test.for([
  ["another secret", { clientState: "guess" }],
  ["none", { clientState: undefined }],
  ["one that is no text", { clientState: { length: 43 } }],
])("who shows %s is answered like anybody, and not heard", async ([, wrong]) => {
  expect((await post(told(wrong as object))).status).toBe(202);
  expect(heard).toEqual([]);
});

test.for([
  ["no JSON", "[", 400],
  ["no collection", "{}", 400],
  ["nothing", "null", 400],
  ["things that are no notifications", '{"value":[1,null,[]]}', 202],
  ["more than a megabyte", `{"value":["${"x".repeat(2 ** 20)}"]}`, 413],
] as const)("%s does no harm", async ([, body, status]) => {
  expect((await post(body)).status).toBe(status);
  expect(heard).toEqual([]);
  expect((await post(told({}))).status).toBe(202);
});

test("there is nothing else to be had", async () => {
  expect((await post(told({}), "/")).status).toBe(404);
  expect((await post("", "/status")).status).toBe(404);
  expect((await post("", "/notifications", "GET")).status).toBe(405);
  expect(heard).toEqual([]);
});

test("each listener has a secret of its own", async () => {
  const other = await openWebhook(behindProxy);
  expect(other.secret).not.toBe(webhook.secret);
  expect(other.secret.length).toBeLessThanOrEqual(128);
  await other.close();
});

test("a taken port and a wrong key are reported as what they are", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await expect(openWebhook({ ...behindProxy, port })).rejects.toMatchObject({ code: "PORT_IN_USE" });
  holder.close();
  await expect(openWebhook({ ...behindProxy, key: "no key", certificate: "none" })).rejects.toMatchObject({
    code: "BAD_SETTINGS",
  });
});
