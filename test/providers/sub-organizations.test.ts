import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Desired } from "../../providers/desired/resource.ts";
import { drift } from "../../providers/drift.ts";
import { pause, resume } from "../../providers/pause.ts";
import { rows, sideOf } from "../emulator/store.ts";
import { inventory, startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedOf, type Stack } from "./stack.ts";

/** The demonstration's file for another sub-organization: an application, a domain, names and addresses of its own. */
const ofSales = (text: string): string =>
  text
    .replace("  domain: contoso.com\n", "  domain: contoso.com\n  acceptedDomains: [sales.contoso.com]\n")
    .replace("scope: senders\n", "scope: senders\n  testMailbox: anna.weber@contoso.com\n")
    .replace(
      "  include: allExcept\n  users: [otto.outsider@contoso.com]",
      "  include: only\n  users: [anna.weber@contoso.com]",
    )
    .replace("clientId: 7d0e4a9b-", "clientId: 7d0e4a9c-")
    .replace("objectId: c1f86a3e-", "objectId: c1f86a3f-")
    .replace("connectors:\n", "connectors:\n  inbound: { name: Sales in }\n")
    .replace("  outbound:\n", "  outbound:\n    name: Sales out\n")
    .replace("    group: signatures@contoso.com", "    domains: [sales.contoso.com]")
    .replace("  - preset: signatures\n", "  - preset: signatures\n    name: Sales rule\n")
    .replace(
      "  address: stamped@siu.contoso.com",
      "  name: Sales intake\n  address: stamped@siu.sales.contoso.com",
    )
    .replace("smartHost: siu.contoso.com", "smartHost: siu.sales.contoso.com");

/** Names that hold the stack's name, as another stack has them. */
const ofStack = (stack: string, wanted: readonly Desired[]): Desired[] =>
  JSON.parse(JSON.stringify(wanted).replaceAll("(demo)", `(${stack})`)) as Desired[];

describe("two stacks for two sub-organizations of one organization", () => {
  let embedded: Embedded;
  let first: Stack;
  let second: Stack;
  let ours: Desired[];
  let theirs: Desired[];
  let before: string[];
  beforeAll(async () => {
    embedded = await startEmbedded();
    before = inventory(embedded);
    first = createStack(embedded, "demo");
    second = createStack(embedded, "sales");
    ours = wantedOf("demo", embedded);
    theirs = ofStack("sales", wantedOf("demo", embedded, ofSales));
    await first.up(ours);
  });
  afterAll(() => embedded.close());

  const standings = async (stack: string, wanted: readonly Desired[]): Promise<string[]> => {
    embedded.renew();
    const found = await drift(embedded.world, stack, wanted);
    return found.flatMap(({ resource, standing }) =>
      standing === "as-declared" ? [] : [`${resource} ${standing}`],
    );
  };
  const online = (noun: string): ReturnType<typeof rows> =>
    rows(sideOf(embedded.emulator.organization, "online"), noun);

  test("names that another stack uses are refused: nobody's object is taken over", async () => {
    const greedy = createStack(embedded, "greedy");
    await expect(greedy.up(ofStack("greedy", ours))).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
    });
    expect(await standings("demo", ours)).toEqual([]);
    await greedy.destroy();
    expect(await standings("demo", ours)).toEqual([]);
  });

  test("with names of its own each makes its objects, and neither sees the other's as drift", async () => {
    await second.up(theirs);
    expect(await standings("demo", ours)).toEqual([]);
    expect(await standings("sales", theirs)).toEqual([]);
    expect(await first.preview(ours)).toEqual([]);
    expect(await second.preview(theirs)).toEqual([]);
    expect(online("TransportRule").map(({ Name, Comments }) => [Name, Comments])).toEqual([
      ["Sent Items Update intake", "[sent-items-update:demo]"],
      ["CodeTwo Exchange transport rule", "[sent-items-update:demo]"],
      ["Sales intake", "[sent-items-update:sales]"],
      ["Sales rule", "[sent-items-update:sales]"],
    ]);
  });

  test("each rule catches the senders of its own sub-organization, and sends them its own way", () => {
    const rule = online("TransportRule").find(({ Name }) => Name === "Sales rule");
    expect(rule).toMatchObject({
      SenderDomainIs: ["sales.contoso.com"],
      RouteMessageOutboundConnector: "Sales out",
    });
    const scopes = rows(sideOf(embedded.emulator.organization, "onPremises"), "ManagementScope");
    expect(scopes.map(({ Name }) => Name)).toEqual([
      "Sent Items Update senders (demo)",
      "Sent Items Update senders (sales)",
    ]);
  });

  test("a rule that moves in one is none of the other's business", async () => {
    await embedded.exchange("online").invoke("Set-TransportRule", { Identity: "Sales rule", Priority: 0 });
    expect(await standings("demo", ours)).toEqual([]);
    expect(await first.preview(ours)).toEqual([]);
  });

  test("one is paused and resumed, and the other's mail goes on", async () => {
    embedded.renew();
    await pause(embedded.world, "sales", theirs);
    const states = (): unknown[] =>
      ["CodeTwo Exchange transport rule", "Sales rule"].map(
        (name) => embedded.stored("online", "TransportRule", name)?.["State"],
      );
    expect(states()).toEqual(["Enabled", "Disabled"]);
    expect(await standings("demo", ours)).toEqual([]);
    embedded.renew();
    await resume(embedded.world, "sales", theirs);
    expect(states()).toEqual(["Enabled", "Enabled"]);
  });

  test("one goes without a trace, and leaves the other as it is", async () => {
    await second.destroy();
    expect(await standings("demo", ours)).toEqual([]);
    expect(await first.preview(ours)).toEqual([]);
    await first.destroy();
    expect(inventory(embedded)).toEqual(before);
  });
});
