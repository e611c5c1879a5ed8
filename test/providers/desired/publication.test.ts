import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { desired } from "../../../providers/desired.ts";
import { publication } from "../../../providers/desired/publication.ts";
import { parseConfig } from "../../../stacks/config/load.ts";
import { settingsOf } from "../../../stacks/config/settings.ts";

const demo = readFileSync(new URL("../../../stacks/demo.yaml", import.meta.url), "utf8");
const url = "http://127.0.0.1:8420";
const published = (text: string) => {
  const { config } = parseConfig(text, { file: "test.yaml" });
  const inExchange = desired(config, "test", 0);
  return { inExchange, toDaemon: publication(config.daemon, settingsOf(config), inExchange) };
};

test("without the address of a daemon nothing is published", () => {
  expect(published(demo).toDaemon).toEqual([]);
});

test("settings come after everything in Exchange, with references in the place of secrets", () => {
  const { inExchange, toDaemon } = published(`${demo}daemon: { url: "${url}", token: "\${env:TOKEN}" }\n`);
  expect(toDaemon).toHaveLength(1);
  expect(toDaemon[0]?.dependsOn).toEqual(inExchange.map(({ name }) => name));
  const text = String(toDaemon[0]?.inputs["Settings"]);
  expect(JSON.parse(text)).toMatchObject({
    version: 1,
    status: "on",
    mailboxes: { onPremises: { account: { password: "${env:SIU_DEMO_SERVICE_PASSWORD}" } } },
  });
  // Neither where the daemon is nor what opens it lies in state.
  expect(text).not.toMatch(/8420|TOKEN/);
});
