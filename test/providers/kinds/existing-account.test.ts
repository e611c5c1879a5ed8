import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { explain } from "../../../providers/explain.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import { accountOf, startEmbedded, type Embedded } from "../embedded.ts";
import { made, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

const upn = "siu@contoso.com";
const account = wish("ExistingAccount", { UserPrincipalName: upn, Hybrid: true });
const run = (cmdlet: string, parameters: Record<string, string | boolean | null>) =>
  embedded.exchange("onPremises").invoke(cmdlet, parameters);
const working = /The manual: it "should be in a working condition/;

/** The account passes, is found wanting after something happened to it, and passes again when that is undone. */
async function noticed(harm: () => unknown, told: RegExp, undo: () => unknown): Promise<void> {
  const { id, state, prepared } = await made(account, embedded);
  await harm();
  embedded.renew();
  const seen = await lifecycle.read(embedded.world, id, state);
  const said = (seen && explain(seen, prepared)) ?? "";
  expect(said).toMatch(told);
  expect(said.split("\n")).toHaveLength(1);
  expect(seen && lifecycle.diff(seen, prepared).changes).toBe(true);
  await expect(lifecycle.update(embedded.world, id, state, prepared)).rejects.toMatchObject({
    code: "UNMET",
    message: said,
  });
  await undo();
  embedded.renew();
  const after = await lifecycle.read(embedded.world, id, state);
  expect(after && lifecycle.diff(after, prepared).changes).toBe(false);
}

describe("an account that Exchange shows to be of no use with a password", () => {
  const bars = (...names: string[]) => void (accountOf(embedded.emulator, upn).bars = names);
  afterEach(() => bars());

  test.each([
    ["Lockout", /is locked.*Unlock-ADAccount/],
    ["PasswordExpired", /password of 'siu@contoso\.com' has expired/],
    ["SmartCardRequired", /with a smart card only/],
  ])("%s", async (flag, told) => {
    await noticed(
      () => bars(flag),
      told,
      () => bars(),
    );
    bars(flag);
    embedded.renew();
    await expect(made(account, embedded)).rejects.toThrow(working);
  });

  test("because it has to change its password", async () => {
    const change = (value: boolean) => run("Set-User", { Identity: upn, ResetPasswordOnNextLogon: value });
    await noticed(
      () => change(true),
      /Set-User siu@contoso\.com -ResetPasswordOnNextLogon \$false/,
      () => change(false),
    );
  });

  test("and that does not sign in either", async () => {
    bars("Lockout");
    expect(await embedded.world.impersonate("anna.weber@contoso.com")).toMatchObject({
      result: "WRONG_CREDENTIALS",
    });
  });
});

describe("an authentication policy", () => {
  beforeAll(async () => {
    await run("New-AuthenticationPolicy", { Name: "Modern only", BlockLegacyAuthWebServices: true });
    await run("New-AuthenticationPolicy", { Name: "No POP", BlockLegacyAuthPop: true });
  });

  test("of the account that refuses passwords is found", async () => {
    const assign = (AuthenticationPolicy: string | null) =>
      run("Set-User", { Identity: upn, AuthenticationPolicy });
    await noticed(
      () => assign("Modern only"),
      /'modern only' refuses .*Set-User siu@contoso\.com -AuthenticationPolicy/,
      () => assign("No POP"),
    );
    await assign(null);
  });

  test("of the organization counts where the account has none of its own", async () => {
    const assign = (DefaultAuthenticationPolicy: string | null) =>
      run("Set-OrganizationConfig", { DefaultAuthenticationPolicy });
    await noticed(
      () => assign("Modern only"),
      /'modern only' refuses/,
      () => assign(null),
    );
  });
});
