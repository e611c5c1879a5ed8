import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { soap, startEws } from "./client.ts";
import { exchanged, type Exchanged } from "./exchanged.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { folderXml } from "./requests.ts";
import { schemasMissing } from "./schemas.ts";
import { watchSchema } from "./schema-watch.ts";
import { openStream } from "./streaming-client.ts";
import { pushXml, streamingXml, subscribed } from "./subscriptions-xml.ts";

const good = getFoldersXml(folderXml(), "Default");
const bad = good.replace("Default", "Everything");

test.skipIf(schemasMissing)(
  "what does not fit the schema is reported, in requests and in answers, of named clients and of others",
  async () => {
    const reported: string[] = [];
    const own = channel("a channel of this test");
    const watch = watchSchema((violation) => reported.push(violation), own);
    const exchange = (agent: string, request: string, answer: string): void =>
      own.publish({ agent, request: soap(request), status: 200, answer } satisfies Exchanged);
    exchange("a client", good, "");
    exchange("a client", bad, "");
    await watch.checked();
    exchange("raw test client", bad, soap(bad));
    exchange("", good, "no XML");
    watch.stop();
    exchange("too late", bad, "");
    expect(reported.map((each) => each.split(":")[0])).toEqual([
      "a client",
      "raw test client",
      "unnamed client",
    ]);
    expect(reported[0]).toContain("Everything");
  },
);

test("every answered request is told, with both bodies and the client's name", async () => {
  const told: Exchanged[] = [];
  const listen = (message: unknown): void => void told.push(message as Exchanged);
  const ews = await startEws();
  exchanged.subscribe(listen);
  const answered = await ews.ask(good);
  exchanged.unsubscribe(listen);
  await ews.ask(good);
  await ews.close();
  expect(told).toEqual([{ agent: "test client", request: soap(good), status: 200, answer: answered.text }]);
});

test("every envelope of a stream, and every push, is told as well", async () => {
  const told: Exchanged[] = [];
  const listen = (message: unknown): void => void told.push(message as Exchanged);
  const written = (to: string) => told.filter(({ agent }) => agent === to).map(({ answer }) => answer);
  const ews = await startEws();
  const service = createServer((_, response) => void response.end("what is no answer")).listen(
    0,
    "127.0.0.1",
  );
  await once(service, "listening");
  const { id } = await subscribed(ews, streamingXml());
  exchanged.subscribe(listen);
  const stream = await openStream(ews, [id]);
  await stream.next();
  expect(written("a stream").join("")).toContain("<m:ConnectionStatus>OK</m:ConnectionStatus>");
  const pushed = once(service, "request");
  await ews.ask(pushXml(`http://127.0.0.1:${(service.address() as AddressInfo).port}/`));
  await pushed;
  expect(written("a push").join("")).toContain("<t:StatusEvent>");
  exchanged.unsubscribe(listen);
  stream.leave();
  service.closeAllConnections();
  await ews.close();
  await new Promise((closed) => service.close(closed));
});

test.skipIf(schemasMissing)("in a stream the lists' members stand in the messages' namespace", async () => {
  const reported: string[] = [];
  const own = channel("another channel of this test");
  const watch = watchSchema((violation) => reported.push(violation), own);
  const error = (name: string) =>
    soap(
      `<m:GetStreamingEventsResponse><m:ResponseMessages><m:GetStreamingEventsResponseMessage ResponseClass="Error"><m:ResponseCode>ErrorInvalidSubscription</m:ResponseCode><m:ErrorSubscriptionIds><${name}>x</${name}></m:ErrorSubscriptionIds></m:GetStreamingEventsResponseMessage></m:ResponseMessages></m:GetStreamingEventsResponse>`,
    );
  for (const name of ["m:SubscriptionId", "m:Nonsense"])
    own.publish({ agent: "a stream", request: "", status: 200, answer: error(name) } satisfies Exchanged);
  await watch.checked();
  watch.stop();
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain("Nonsense");
});
