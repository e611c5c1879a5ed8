import { channel } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { soap, startEws } from "./client.ts";
import { exchanged, type Exchanged } from "./exchanged.ts";
import { folderXml } from "./requests.ts";
import { schemasMissing } from "./schemas.ts";
import { watchSchema } from "./schema-watch.ts";

const good = `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${folderXml()}</m:FolderIds></m:GetFolder>`;
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
