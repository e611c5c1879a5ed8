import { afterAll, beforeAll, expect, test } from "vitest";
import { contents } from "../entry/contents.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { createStack, wantedOf } from "../stack.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

/** The stack without connectors, and without the rule that sends mail to them. */
const leftOut = (text: string): string =>
  text
    .replace("connectors:\n", "connectors:\n  manage: none\n")
    .replace(/ {2}- preset: signatures\n.*\n/, "");

test("connectors that were left out are added later, nothing else is touched, and may go again", async () => {
  const [without, whole] = [wantedOf("hybrid", embedded, leftOut), wantedOf("hybrid", embedded)];
  const names = without.map(({ name }) => name);
  const added = whole.map(({ name }) => name).filter((name) => !names.includes(name));
  expect(added).toEqual([
    "accepted-domain",
    "inbound-connector",
    "outbound-connector",
    "outbound-connector-validation",
    "senders-of-signatures",
    "signatures-rule-signatures",
  ]);
  const stack = createStack(embedded, "hybrid");
  await stack.up(without);
  const before = contents(embedded);

  const writes = async (run: () => Promise<string[]>, done: string[]): Promise<string[]> => {
    embedded.calls.length = 0;
    expect(await run()).toEqual(done);
    return embedded.calls.filter((each) => !/ (Get|Test)-/.test(each));
  };
  // In the order of a safe rollout: the rule is in force once a test message has passed through both connectors.
  expect(
    await writes(
      () => stack.up(whole),
      added.map((name) => `create ${name}`),
    ),
  ).toEqual([
    "online New-InboundConnector",
    "online New-OutboundConnector",
    "online Validate-OutboundConnector",
    "online Set-OutboundConnector",
    "online New-TransportRule",
    "online Enable-TransportRule",
  ]);
  expect(await stack.preview(whole)).toEqual([]);
  expect(await writes(() => stack.up(without), [])).toEqual([
    "online Disable-TransportRule",
    "online Remove-TransportRule",
    "online Remove-OutboundConnector",
    "online Remove-InboundConnector",
  ]);
  expect(contents(embedded)).toEqual(before);
  await stack.destroy();
});
