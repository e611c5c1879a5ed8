import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signIns, targets } from "./targets.ts";
import type { OpenTarget, Target } from "./targets.ts";

for (const target of [...targets, ...signIns]) describe(target.name, () => void contract(target));

function contract(target: Target): void {
  const { mailbox, missing, denied, people, groups } = target.facts;
  let open: OpenTarget;
  beforeAll(async () => {
    open = await target.open();
  });
  afterAll(() => open.close());

  test.for(people)("behind %s is the mailbox %s", async ([address, behind]) => {
    expect(await open.directory.mailboxOf(address)).toBe(behind);
  });

  test.for(groups)("%s has all its members, each once", async ([group, members]) => {
    expect((await open.directory.membersOf(group)).toSorted()).toEqual(members.toSorted());
  });

  test.for([mailbox, `no-such-group-${Date.now()}@${mailbox.split("@")[1]}`])(
    "%s is no group",
    async (address) => {
      await expect(open.directory.membersOf(address)).rejects.toMatchObject({
        code: "GROUP_NOT_FOUND",
        message: expect.stringContaining(address),
      });
    },
  );

  test("a mailbox that may be opened passes the check", async () => {
    await expect(open.check(mailbox)).resolves.toBeUndefined();
  });

  test("an address without a mailbox fails the check", async () => {
    await expect(open.check(missing)).rejects.toMatchObject({ code: "MAILBOX_NOT_FOUND" });
  });

  if (denied !== undefined)
    test("a mailbox outside of the grant fails the check, with what to do", async () => {
      await expect(open.check(denied)).rejects.toMatchObject({
        code: "ACCESS_DENIED",
        message: expect.stringMatching(/ApplicationImpersonation|Application Mail\.ReadWrite/),
      });
    });
}
