import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Desired } from "../../providers/desired/resource.ts";
import { drift } from "../../providers/drift.ts";
import { pause, resume } from "../../providers/pause.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedOf, type Stack } from "./stack.ts";

const first = "CodeTwo Exchange transport rule";
const second = "Second way out";
const title = (name: string): string => `TransportRule '${name}'`;
const outbound = "CodeTwo Outbound Connector";
const mark = "[sent-items-update:demo]";

describe("pause and resume", () => {
  let embedded: Embedded;
  let stack: Stack;
  let wanted: Desired[];
  beforeAll(async () => {
    embedded = await startEmbedded();
    stack = createStack(embedded);
    // A second rule to the signature service, and one that sends nothing anywhere.
    const more = `transportRules:
  - { preset: custom, name: ${second}, parameters: { FromScope: InOrganization, SubjectContainsWords: [stamp], RouteMessageOutboundConnector: ${outbound} } }
  - { preset: custom, name: Only a header, parameters: { SetHeaderName: X-A, SetHeaderValue: b } }
`;
    wanted = wantedOf("demo", embedded, (text) => text.replace("transportRules:\n", more));
  });
  beforeEach(async () => {
    await stack.up(wanted);
    embedded.renew();
    await resume(embedded.world, "demo", wanted);
    embedded.renew();
    embedded.calls.length = 0;
    embedded.said.length = 0;
  });
  afterAll(() => embedded.close());

  const stateOf = (name: string): unknown => embedded.stored("online", "TransportRule", name)?.["State"];
  const commentOf = (name: string): unknown => embedded.stored("online", "TransportRule", name)?.["Comments"];
  const paused = (): Promise<unknown> => {
    embedded.renew();
    return pause(embedded.world, "demo", wanted);
  };
  const resumed = (): Promise<unknown> => {
    embedded.renew();
    return resume(embedded.world, "demo", wanted);
  };

  test("pause switches every rule to a connector off before it does anything else, and no other rule", async () => {
    expect(await paused()).toEqual([
      { title: title(second), was: "on" },
      { title: title(first), was: "on" },
    ]);
    const writes = embedded.calls.filter((call) => !call.includes(" Get-"));
    expect(writes).toEqual([
      "online Disable-TransportRule",
      "online Disable-TransportRule",
      "online Set-TransportRule",
      "online Set-TransportRule",
    ]);
    expect([first, second, "Only a header", "Sent Items Update intake"].map(stateOf)).toEqual([
      "Disabled",
      "Disabled",
      "Enabled",
      "Enabled",
    ]);
    expect(embedded.waits).toEqual([]);
  });

  test("what is paused is no drift, and a deployment leaves it off, also where it changes the rule otherwise", async () => {
    await paused();
    const exchange = embedded.exchange("online");
    await exchange.invoke("Set-TransportRule", { Identity: second, SubjectContainsWords: ["other"] });
    embedded.renew();
    const found = (await drift(embedded.world, "demo", wanted)).filter(
      ({ standing }) => standing !== "as-declared",
    );
    expect(found.map(({ title, standing }) => [title, standing])).toEqual([
      [title(second), "changed"],
      [title(first), "paused"],
    ]);
    expect(await stack.up(wanted)).toEqual([`update rule-${second}`]);
    expect([first, second].map(stateOf)).toEqual(["Disabled", "Disabled"]);
    expect(embedded.said).toContain(`${title(first)} is paused: it stays off until \`siu resume demo\`.`);
    expect(await stack.preview(wanted)).toEqual([]);
  });

  test("pause again does what is left, and a rule that somebody switched off is paused too", async () => {
    await paused();
    expect(await paused()).toMatchObject([{ was: "paused" }, { was: "paused" }]);
    await resumed();
    await embedded.exchange("online").invoke("Disable-TransportRule", { Identity: first, Confirm: false });
    expect(await paused()).toMatchObject([{ was: "on" }, { was: "off" }]);
    expect([first, second].map(commentOf)).toEqual(Array(2).fill(`${mark} [sent-items-update:demo:paused]`));
  });

  test("resume switches on what was paused, last of all, and says nothing of it in the comment", async () => {
    await paused();
    embedded.calls.length = 0;
    expect(await resumed()).toMatchObject([{ was: "paused" }, { was: "paused" }]);
    const order = embedded.calls.filter((call) => /Validate|Enable/.test(call));
    expect(order).toEqual([
      "online Validate-OutboundConnector",
      "online Enable-TransportRule",
      "online Enable-TransportRule",
    ]);
    expect([first, second].map(stateOf)).toEqual(["Enabled", "Enabled"]);
    expect([first, second].map(commentOf)).toEqual([mark, mark]);
    expect(await stack.preview(wanted)).toEqual([]);
  });

  test("resume has nothing to do where nothing is paused, and leaves off what somebody switched off", async () => {
    await embedded.exchange("online").invoke("Disable-TransportRule", { Identity: first, Confirm: false });
    expect(await resumed()).toEqual([
      { title: title(second), was: "on" },
      { title: title(first), was: "off" },
    ]);
    expect(embedded.calls.filter((call) => /Enable|Validate/.test(call))).toEqual([]);
  });

  test("resume leaves mail where it is while the way is not as declared", async () => {
    await paused();
    await embedded.exchange("online").invoke("Set-OutboundConnector", { Identity: outbound, Enabled: false });
    await expect(resumed()).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringContaining(`- OutboundConnector '${outbound}': changed`) as string,
    });
    expect([first, second].map(stateOf)).toEqual(["Disabled", "Disabled"]);
  });

  test("a rule that comes while the stack is paused, or is switched on in the file, stays off until resume", async () => {
    const third = "Third way out";
    const like = wanted.find(({ inputs }) => inputs["Name"] === second);
    if (!like) throw new Error("The second rule is declared.");
    const added = (more: Desired["inputs"] = {}): Desired[] => [
      ...wanted,
      {
        ...like,
        name: `rule-${third}`,
        inputs: { ...like.inputs, Name: third, Comments: "Of sales", ...more },
      },
    ];
    await paused();
    embedded.renew();
    expect(await stack.up(added())).toEqual([`create rule-${third}`]);
    expect([stateOf(third), commentOf(third)]).toEqual([
      "Disabled",
      `Of sales ${mark} [sent-items-update:demo:paused]`,
    ]);
    expect(embedded.said).toContain(`${title(third)} is paused: it stays off until \`siu resume demo\`.`);
    expect(await stack.preview(added())).toEqual([]);
    await stack.up(added({ Comments: "Of marketing" }));
    expect([stateOf(third), commentOf(third)]).toEqual([
      "Disabled",
      `Of marketing ${mark} [sent-items-update:demo:paused]`,
    ]);

    // Off in the file, it is nobody's business; on again, it is paused like the others.
    await stack.up(added({ Enabled: false }));
    await stack.up(added());
    expect(stateOf(third)).toBe("Disabled");
    embedded.renew();
    expect(await resume(embedded.world, "demo", added())).toHaveLength(3);
    expect([first, second, third].map(stateOf)).toEqual(["Enabled", "Enabled", "Enabled"]);
    expect(commentOf(third)).toBe(`Of sales ${mark}`);
  });

  test("a rule that is on and comes to send mail through a connector is paused with the others", async () => {
    const header = "Only a header";
    await paused();
    embedded.renew();
    const routed = wanted.map((each) =>
      each.inputs["Name"] === header
        ? { ...each, inputs: { ...each.inputs, RouteMessageOutboundConnector: outbound } }
        : each,
    );
    expect(await stack.up(routed)).toEqual([`update rule-${header}`]);
    expect([stateOf(header), commentOf(header)]).toEqual([
      "Disabled",
      `${mark} [sent-items-update:demo:paused]`,
    ]);
    embedded.renew();
    await resume(embedded.world, "demo", routed);
    expect(stateOf(header)).toBe("Enabled");
  });

  test("a rule that lost this stack's mark is left alone, and the others are switched", async () => {
    await embedded.exchange("online").invoke("Set-TransportRule", { Identity: first, Comments: "Mine" });
    expect(await paused()).toMatchObject([{ was: "on" }, { was: "not-owned" }]);
    expect([first, second].map(stateOf)).toEqual(["Enabled", "Disabled"]);
  });
});
