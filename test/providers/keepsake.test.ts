import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { withKeepsake } from "../../providers/desired/keepsake.ts";
import { item, type Desired } from "../../providers/desired/resource.ts";
import type { Parameters } from "../../providers/exchange/port.ts";
import { rows, sideOf } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, type Stack } from "./stack.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

const run = (cmdlet: string, parameters: Parameters) =>
  embedded.exchange("online").invoke(cmdlet, parameters);

/** A process that is killed when it has written for the n-th time: what it learns from then on, nobody keeps. */
function killedAt(n: number): Embedded {
  let written = 0;
  const on: Embedded["world"]["on"] = (side) => {
    const session = embedded.world.on(side);
    const dying =
      (act: typeof session.run): typeof session.run =>
      async (cmdlet, parameters) => {
        const rows = await act(cmdlet, parameters);
        if (!/^(Get|Test)-/.test(cmdlet) && ++written === n) throw new Error("killed");
        return rows;
      };
    return { ...session, run: dying(session.run), write: dying(session.write) };
  };
  return { ...embedded, world: { ...embedded.world, on } };
}

/**
 * Kills a deployment or its removal at each of their writes, repeats it or not, destroys the stack: everything is as its owner left it.
 */
async function survives(wanted: Desired[], shown: () => unknown, writes: number): Promise<void> {
  const before = shown();
  for (const repeated of [true, false])
    for (let n = 1; n <= writes; n++) {
      const dying = createStack(killedAt(n), "test");
      const died = await dying.up(wanted).then(() => dying.destroy().then(() => "never", String), String);
      expect([n, died]).toEqual([n, "Error: killed"]);
      const next = createStack(embedded, "test");
      for (const [name, kept] of dying.state) next.state.set(name, kept);
      if (repeated && dying.state.size < wanted.length) await next.up(wanted);
      await next.destroy();
      expect([n, repeated, shown()]).toEqual([n, repeated, before]);
    }
  const whole = createStack(killedAt(writes + 1), "test");
  await whole.up(wanted);
  await whole.destroy();
  expect(shown()).toEqual(before);
}

const restored = (kind: Desired["kind"], inputs: Desired["inputs"]): Desired[] =>
  withKeepsake(item("theirs", kind, "online", inputs, [], { adopt: "restore" }));

describe("what an object was before a takeover survives a process that is killed at any write", () => {
  test("of a connector", async () => {
    const Name = "Theirs";
    const theirs = { Name, ConnectorType: "OnPremises", SenderDomains: ["*"], Comment: "of the hybrid team" };
    await run("New-InboundConnector", { ...theirs, RequireTls: false });
    const wanted = restored("InboundConnector", { Name, SenderDomains: ["*"], RequireTls: true });
    const shown = () => ({ ...embedded.stored("online", "InboundConnector", Name), WhenChangedUTC: "" });
    await survives(wanted, shown, 4);
  });

  test("of a rule, its place and its state among it", async () => {
    await run("New-TransportRule", { Name: "First", SubjectContainsWords: ["x"], DeleteMessage: true });
    await run("New-TransportRule", { Name: "Theirs", PrependSubject: "[x] ", Comments: "said" });
    const wanted = restored("TransportRule", {
      Name: "Theirs",
      BlindCopyTo: ["copy@partner.example"],
      Enabled: false,
      Before: ["First"],
    });
    const shown = () => ({
      ...embedded.stored("online", "TransportRule", "Theirs"),
      WhenChanged: "",
      WhenChangedUTC: "",
    });
    await survives(wanted, shown, 6);
  });

  test("of a setting of the organization", async () => {
    const name = "JournalingReportNdrTo";
    const shown = () => rows(sideOf(embedded.emulator.organization, "online"), "TransportConfig")[0]?.[name];
    const ours = (adopt: Desired["adopt"]): Desired[] =>
      withKeepsake(item("ours", "TransportConfig", "online", { [name]: "ours@contoso.com" }, [], { adopt }));
    await survives(ours(false), shown, 2);
    for (const theirs of ["theirs@contoso.com", "<>"]) {
      await run("Set-TransportConfig", { [name]: theirs });
      await survives(ours(true), shown, 2);
    }
  });
});

describe("a keepsake", () => {
  const Name = "Kept";
  const wanted = restored("InboundConnector", { Name, SenderDomains: ["*"], RequireTls: true });
  const former = (stack: Stack) => stack.state.get("theirs-before")?.state.former;
  const make = () =>
    run("New-InboundConnector", {
      Name,
      ConnectorType: "OnPremises",
      SenderDomains: ["*"],
      RequireTls: false,
    });
  afterEach(async () => {
    if (embedded.stored("online", "InboundConnector", Name))
      await run("Remove-InboundConnector", { Identity: Name });
    embedded.said.length = 0;
  });

  test("hears of what the owner changes until the takeover, and of nothing since", async () => {
    await make();
    const stack = createStack(embedded, "test");
    await stack.up(wanted.slice(0, 1));
    expect(former(stack)).toMatchObject({ RequireTls: false, SenderDomains: ["smtp:*;1"] });
    await run("Set-InboundConnector", { Identity: Name, SenderDomains: ["*.example"] });
    await stack.up(wanted);
    await run("Set-InboundConnector", { Identity: Name, SenderDomains: ["*.drifted"] });
    expect(await stack.preview(wanted)).toEqual(["theirs"]);
    expect(former(stack)).toMatchObject({ RequireTls: false, SenderDomains: ["smtp:*.example;1"] });
    await stack.destroy();
  });

  test("of nothing is empty, and what the stack then makes is removed with it", async () => {
    const stack = createStack(embedded, "test");
    await stack.up(wanted);
    expect(former(stack)).toEqual({});
    await stack.destroy();
    expect(embedded.stored("online", "InboundConnector", Name)).toBeUndefined();
  });

  test("that goes while the file keeps the object taken over tells what it knew", async () => {
    await make();
    const stack = createStack({ ...embedded, world: { ...embedded.world, stays: () => true } }, "test");
    await stack.up(wanted);
    await stack.up(wanted.slice(1).map((each) => ({ ...each, adopt: true })));
    expect(embedded.said.join()).toMatch(/'Kept' still carries this stack's mark[^]*"RequireTls":false/);
    await stack.destroy();
  });

  test("is for what is to be given back only", () => {
    const of = (kind: Desired["kind"], adopt: Desired["adopt"], verify = false): number =>
      withKeepsake(item("x", kind, "online", {}, [], { adopt, verify })).length;
    expect([of("InboundConnector", "restore"), of("TransportConfig", false)]).toEqual([2, 2]);
    expect([of("InboundConnector", true), of("InboundConnector", "restore", true)]).toEqual([1, 1]);
    expect([of("RemoteDomain", "restore"), of("AcceptedDomain", "restore")]).toEqual([1, 1]);
  });
});
