import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { desired } from "../../../providers/desired.ts";
import { stays } from "../../../providers/desired/handover.ts";
import { item, type Desired } from "../../../providers/desired/resource.ts";
import { inventory, startEmbedded, type Embedded } from "../embedded.ts";
import { configOf, createStack, type Stack } from "../stack.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

/** What a file asks for, in a world that knows the file. */
function written(name: string, where: Embedded, edit?: (text: string) => string): Desired[] {
  const config = configOf(name, where, edit);
  const wanted = desired(config, name, where.world.now());
  where.world.stays = (resource) => stays(resource, config, wanted);
  return wanted;
}

/** What a run writes to the servers. */
async function writes({ calls }: Embedded, run: () => Promise<unknown>): Promise<string[]> {
  calls.length = 0;
  await run();
  return calls.filter((each) => !/ (Get|Test)-/.test(each));
}

/** Nothing differs from what the file asks for. */
async function settled(stack: Stack, wanted: Desired[]): Promise<void> {
  expect(await stack.preview(wanted)).toEqual([]);
}

describe("what the file leaves to somebody else", () => {
  const handOver = (text: string): string =>
    text
      .replace("manage: full", "manage: verify")
      .replace("connectors:\n", "connectors:\n  manage: verify\n")
      .replace(/managedGroup:[^]*?members: .*\n/, "group: stamped@contoso.com\n");
  const theirs = [
    "onPremises ManagementRoleAssignment Sent Items Update impersonation (hybrid)",
    "onPremises ManagementScope Sent Items Update senders (hybrid)",
    "online InboundConnector CodeTwo Inbound Connector 2.0",
    "online ManagementRoleAssignment Sent Items Update Mail.ReadWrite (hybrid)",
    "online ManagementScope Sent Items Update senders (hybrid)",
    "online OutboundConnector CodeTwo Outbound Connector",
    "online ServicePrincipal c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
    "online recipient stamped",
  ];

  test("stays as it is, no cmdlet spent on it; a destroy leaves it, and the stack can take it back", async () => {
    const before = inventory(embedded);
    const stack = createStack(embedded, "hybrid");
    await stack.up(written("hybrid", embedded));
    const whole = inventory(embedded);

    const verified = written("hybrid", embedded, handOver);
    expect(await writes(embedded, () => stack.up(verified))).toEqual([]);
    expect(inventory(embedded)).toEqual(whole);
    expect(embedded.said).toContainEqual(
      "ManagementScope 'Sent Items Update senders (hybrid)' is somebody else's to manage now, and stays.",
    );
    await settled(stack, verified);

    await stack.destroy();
    expect(inventory(embedded).filter((each) => !before.includes(each))).toEqual(theirs);

    const ours = written("hybrid", embedded);
    const again = createStack(embedded, "hybrid");
    await again.up(ours);
    expect(inventory(embedded)).toEqual(whole);
    await settled(again, ours);
    await again.destroy();
    expect(inventory(embedded)).toEqual(before);
  });

  test("stays after a destroy that no run came before, too", async () => {
    const before = inventory(embedded);
    const stack = createStack(embedded, "hybrid");
    await stack.up(written("hybrid", embedded));
    written("hybrid", embedded, handOver);
    await stack.destroy();
    expect(inventory(embedded).filter((each) => !before.includes(each))).toEqual(theirs);
  });
});

test("an account that the stack made, and is only to check from now on, stays with its mailbox", async () => {
  const own = await startEmbedded("onPremises");
  try {
    const stack = createStack(own, "onprem");
    await stack.up(written("onprem", own));
    const whole = inventory(own);
    const checked = written("onprem", own, (text) =>
      text.replace("create: true", "upn: CodeTwoSiuAgent@contoso.com"),
    );
    await stack.up(checked);
    expect(inventory(own)).toEqual(whole);
    await settled(stack, checked);
    await stack.destroy();
    expect(inventory(own)).toContain("onPremises recipient CodeTwoSiuAgent");
  } finally {
    await own.close();
  }
});

test("nothing else stays: what the file still makes, asks for otherwise, or no longer knows", () => {
  const config = configOf("hybrid", embedded);
  const wanted = desired(config, "hybrid", embedded.world.now());
  const others = [
    item("gone", "InboundConnector", "online", { Name: "Gone" }),
    item("gone", "DistributionGroup", "online", { PrimarySmtpAddress: "gone@contoso.com" }),
    item("gone", "ServiceAccount", "onPremises", { UserPrincipalName: "gone@contoso.com" }),
  ];
  const resources = [...wanted, ...others].map((each) => ({ stack: "hybrid", ...each }));
  expect(resources.filter((each) => stays(each, config, wanted))).toEqual([]);
});
