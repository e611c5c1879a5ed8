import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as lifecycle from "../../providers/lifecycle.ts";
import { createDeployment, type Deployment } from "./deployment.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { wish } from "./wish.ts";

const patience = 600_000;
const name = "CodeTwo Inbound Connector 2.0";
const theirs = {
  Name: name,
  ConnectorType: "OnPremises",
  SenderDomains: ["*"],
  Comment: "of the hybrid team",
  RequireTls: false,
};

describe("a preview", () => {
  let embedded: Embedded;
  beforeAll(async () => {
    embedded = await startEmbedded();
    await embedded.exchange("online").invoke("New-InboundConnector", theirs);
  });
  afterAll(() => embedded.close());
  const inputs = { Name: name, SenderDomains: ["*"], RequireTls: true };

  test("tells what a takeover would change, and writes nothing", async () => {
    await lifecycle.check(embedded.world, wish("InboundConnector", inputs, { adopt: true }));
    expect(embedded.said).toEqual([
      `InboundConnector '${name}' exists and is taken over (adopt): RequireTls is "false" and becomes "true".`,
    ]);
    expect(embedded.calls.filter((each) => !each.includes(" Get-"))).toEqual(["online New-InboundConnector"]);
  });

  test("tells nothing where nobody asked for a takeover, or where it was done before", async () => {
    embedded.said.length = 0;
    await lifecycle.check(embedded.world, wish("InboundConnector", inputs));
    const adopting = wish("InboundConnector", inputs, { adopt: true });
    const { state } = await lifecycle.create(embedded.world, adopting);
    await lifecycle.check(embedded.world, adopting);
    expect(embedded.said).toEqual([]);
    expect(lifecycle.diff(state, adopting).changes).toBe(false);
  });

  test("finds that what becomes of a taken over object was decided anew; of a created one that is nothing", async () => {
    const adopting = wish("InboundConnector", inputs, { adopt: true });
    const { id, state } = await lifecycle.create(embedded.world, adopting);
    const restoring = { ...adopting, adopt: "restore" as const };
    expect(lifecycle.diff(state, restoring).changes).toBe(true);
    const { former: _, ...created } = state;
    expect(lifecycle.diff(created, restoring).changes).toBe(false);
    expect(await lifecycle.update(embedded.world, id, state, restoring)).toMatchObject({
      adopt: "restore",
      former: state.former,
    });
  });
});

describe("with the real CLI", () => {
  let embedded: Embedded;
  let deployment: Deployment;
  const shown = (): unknown => ({
    ...embedded.stored("online", "InboundConnector", name),
    WhenChangedUTC: "",
  });
  beforeAll(async () => {
    embedded = await startEmbedded();
    await embedded.exchange("online").invoke("New-InboundConnector", theirs);
    deployment = await createDeployment("demo", embedded.environment);
  }, patience);
  afterAll(async () => {
    await deployment.close();
    await embedded.close();
  });

  test(
    "an object of somebody else is refused, then announced, taken over, and given back",
    { timeout: patience },
    async () => {
      const before = shown();
      const refused = await deployment.pulumi("up", "--yes", "--skip-preview");
      expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("Set adopt: true")]);
      expect(shown()).toEqual(before);

      await deployment.edit("stacks/demo.yaml", (text) =>
        text.replace("connectors:\n", "connectors:\n  inbound: { adopt: restore }\n"),
      );
      const preview = await deployment.pulumi("preview");
      expect([preview.code, preview.output]).toEqual([
        0,
        expect.stringContaining(`'${name}' exists and is taken over (adopt): `),
      ]);
      expect(preview.output).toContain('RequireTls is "false" and becomes "true"');
      expect(shown()).toEqual(before);

      // Killed in the moment of the takeover, the provider knows nothing any more, and no run has its state.
      const { faults } = embedded.emulator.organization;
      const { take } = faults;
      const dying = deployment.start("up", "--yes", "--skip-preview");
      let writes = 0;
      faults.take = (protocol, operation, side, mailbox) => {
        if (operation === "Set-InboundConnector" && ++writes === 2) dying.kill();
        return take(protocol, operation, side, mailbox);
      };
      await dying.finished;
      faults.take = take;
      expect(shown()).toMatchObject({ Comment: expect.stringContaining("adopted") as string });
      expect(await deployment.pulumi("cancel", "--yes")).toMatchObject({ code: 0 });

      // Exchange fails in the moment in which it has taken the change: what was there before must not get lost.
      await embedded.exchange("online").invoke("Set-InboundConnector", { Identity: name, RequireTls: false });
      faults.add({ protocol: "admin", operation: "Set-InboundConnector", failure: "dropAfter" });
      expect(await deployment.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 1 });
      expect(await deployment.pulumi("up", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(shown()).toMatchObject({
        RequireTls: true,
        Comment: "of the hybrid team [sent-items-update:demo:adopted]",
      });
      expect(await deployment.pulumi("preview", "--refresh", "--expect-no-changes")).toMatchObject({
        code: 0,
      });

      const destroyed = await deployment.pulumi("destroy", "--yes", "--skip-preview");
      expect([destroyed.code, destroyed.output]).toEqual([
        0,
        expect.stringContaining("it is not removed, but what it was before"),
      ]);
      expect(shown()).toEqual(before);
    },
  );
});
