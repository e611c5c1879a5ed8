import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { explain } from "../../../providers/explain.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { State } from "../../../providers/state.ts";
import type { Props, World } from "../../../providers/kind.ts";
import { accountOf, startEmbedded, type Embedded } from "../embedded.ts";
import { made, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => {
  embedded.renew();
  embedded.said.length = 0;
  embedded.waits.length = 0;
});

const User = "siu@contoso.com";
const everybody = { User, Granted: true, Include: "all", Users: [], Groups: [], Hybrid: true };
const check = (more: Props = {}) => wish("ImpersonationCheck", { ...everybody, ...more });
const grant = wish("ImpersonationGrant", { Name: "Grant", Role: "ApplicationImpersonation", User });

/** Does something while the account may impersonate everybody. */
async function granted(act: () => Promise<void>): Promise<void> {
  const { id, state } = await made(grant, embedded);
  await act();
  embedded.renew();
  await lifecycle.remove(embedded.world, id, state);
}

describe("a check of impersonation", () => {
  test("passes for an account that opens a sender's mailbox, and changes nothing", () =>
    granted(async () => {
      embedded.calls.length = 0;
      const { state, prepared } = await made(check(), embedded);
      expect(state.observed).toMatchObject({
        Result: "WORKS",
        Mailbox: expect.stringMatching(/@contoso/) as string,
      });
      expect(state.observed["Mailbox"]).not.toBe(User);
      expect(embedded.calls.every((each) => each.includes(" Get-"))).toBe(true);
      const now = await lifecycle.current(embedded.world, state, prepared);
      expect(lifecycle.diff(now, prepared).changes).toBe(false);
    }));

  test("looks again in every run: a right that is gone is a change, though state remembers that it worked", async () => {
    let state: State | undefined;
    await granted(async () => void ({ state } = await made(check(), embedded)));
    if (!state) return;
    expect(lifecycle.diff(state, check()).changes).toBe(false);
    const now = await lifecycle.current(embedded.world, state, check());
    expect(lifecycle.diff(now, check()).changes).toBe(true);
    expect(explain(now, check())).toMatch(/Impersonation does not work: 'siu@contoso\.com' may not act as/);
  });

  test("waits for a right that was granted just now, and says so", async () => {
    const waiting: World = {
      ...embedded.world,
      wait: async (milliseconds) => {
        embedded.waits.push(milliseconds);
        if (embedded.waits.length === 3) await made(grant, embedded);
      },
    };
    const { state } = await lifecycle.create(waiting, check());
    expect(state.observed).toMatchObject({ Result: "WORKS" });
    expect(embedded.waits).toEqual([2_000, 4_000, 8_000]);
    expect(embedded.said).toEqual([expect.stringMatching(/takes some minutes.*10 minutes at most/)]);
    await embedded
      .exchange("onPremises")
      .invoke("Remove-ManagementRoleAssignment", { Identity: "Grant", Confirm: false });
  });

  test("fails with the cmdlet that grants it, once patience has ended", async () => {
    await expect(lifecycle.create(embedded.world, check())).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringMatching(
        /New-ManagementRoleAssignment -Role ApplicationImpersonation -User siu@contoso\.com.*impersonation\.testMailbox/,
      ) as string,
    });
    const waited = embedded.waits.reduce((sum, each) => sum + each, 0);
    expect(waited).toBeGreaterThanOrEqual(600_000);
    expect(waited).toBeLessThan(700_000);
  });

  test("does not wait for a right that somebody else manages", async () => {
    await expect(lifecycle.create(embedded.world, check({ Granted: false }))).rejects.toMatchObject({
      code: "UNMET",
    });
    expect(embedded.waits).toEqual([]);
  });

  test("tries the mailbox that is named; in a hybrid organization only where it is on this side", () =>
    granted(async () => {
      const tried = async (more: Props): Promise<unknown> =>
        (await made(check(more), embedded)).state.observed["Mailbox"];
      expect(await tried({ Mailbox: "anna.weber@contoso.com" })).toBe("anna.weber@contoso.com");
      const cloud = [
        ...(embedded.emulator.organization.store.sides.get("online")?.recipients.values() ?? []),
      ].find(({ type }) => type === "UserMailbox");
      expect(await tried({ Mailbox: cloud?.userPrincipalName ?? "" })).not.toBe(cloud?.userPrincipalName);
      expect(await tried({ Include: "only", Users: ["otto.outsider@contoso.com"] })).toBe(
        "otto.outsider@contoso.com",
      );
    }));

  test("of senders of whom none has a mailbox here passes only where they may be on the other side", async () => {
    const nobody = { Include: "only", Users: ["nobody@contoso.com"] };
    expect((await made(check(nobody), embedded)).state.observed).toMatchObject({ Result: "NOBODY" });
    await expect(made(check({ ...nobody, Hybrid: false }), embedded)).rejects.toThrow(/cannot be tested/);
  });

  test.each([
    ["NO_SERVER", /^Cannot locate the server: why\. Check connections\.onPremises/],
    ["WRONG_CREDENTIALS", /refuses the credentials of 'siu@contoso\.com' \(why\)\. Correct serviceAccount/],
    ["FAILED", /cannot be opened as its owner \(why\)/],
  ] as const)("says what to do about %s, without waiting", async (result, text) => {
    const world: World = { ...embedded.world, impersonate: async () => ({ result, detail: "why" }) };
    await expect(lifecycle.create(world, check())).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringMatching(text) as string,
    });
    expect(embedded.waits).toEqual([]);
  });

  test("meets the server's own answers over the wire", async () => {
    const account = accountOf(embedded.emulator, User);
    account.disabled = true;
    await expect(made(check(), embedded)).rejects.toThrow(/refuses the credentials/);
    account.disabled = false;
  });
});
