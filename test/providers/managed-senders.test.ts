import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDeployment } from "./deployment.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedOf } from "./stack.ts";

/** The senders are a group that the stack itself makes; no daemon is asked. */
const managed = (text: string): string =>
  text.replace("groups: [signatures@", "groups: [Stamped@").replace(/^daemon:\n( {2}.*\n)+/m, "");
const scope = "Sent Items Update senders (online)";
let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded();
  // A scope of the file names it.
  const RecipientFilter = "Alias -eq 'victor.hugo'";
  await embedded
    .exchange("online")
    .invoke("New-DynamicDistributionGroup", { Name: "Cloud", RecipientFilter });
});
afterAll(() => embedded.close());

const filter = (): string =>
  String(embedded.stored("online", "ManagementScope", scope)?.["RecipientFilter"] ?? "none");

describe("a group of the stack's own among the senders", () => {
  test("is made first; the scope then names it, and who joins it by hand is put out again", async () => {
    const wanted = wantedOf("online", embedded, managed);
    const stack = createStack(embedded, "online");
    expect(await stack.preview(wanted)).toEqual(wanted.map(({ name }) => name));
    const done = await stack.up(wanted);
    expect(done.indexOf("create group-signatures")).toBeLessThan(done.indexOf("create application-scope"));
    expect(filter()).toMatch(/MemberOfGroup -eq 'CN=stamped,/);
    expect(await stack.preview(wanted)).toEqual([]);

    await embedded.exchange("online").invoke("Add-DistributionGroupMember", {
      Identity: "stamped@contoso.com",
      Member: "nils.berger@contoso.com",
      BypassSecurityGroupManagerCheck: true,
    });
    expect(await stack.preview(wanted)).toEqual(["group-signatures"]);
    await stack.destroy();
    expect(filter()).toBe("none");
  });

  test("that Exchange does not show yet stops the run, which writes no scope", async () => {
    const wanted = wantedOf("online", embedded, managed).filter(({ name }) => name !== "group-signatures");
    const stack = createStack(embedded, "online");
    await expect(stack.up(wanted)).rejects.toMatchObject({
      code: "NOT_VERIFIED",
      message: expect.stringContaining("needs a group that this stack made") as string,
    });
    expect(filter()).toBe("none");
    await stack.destroy();
  });

  test("is, to the real CLI, a value that the first preview cannot know", { timeout: 180_000 }, async () => {
    const deployment = await createDeployment("online", embedded.environment);
    try {
      await deployment.edit("stacks/online.yaml", managed);
      const { code, output } = await deployment.pulumi("preview", "--diff");
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/RecipientRestrictionFilter: (output<|\[unknown)/),
      ]);
      const up = await deployment.pulumi("up", "--yes", "--skip-preview");
      expect([up.output, up.code]).toEqual([expect.stringContaining("created"), 0]);
      expect(filter()).toMatch(/MemberOfGroup -eq 'CN=stamped,/);
    } finally {
      await deployment.close();
    }
  });
});
