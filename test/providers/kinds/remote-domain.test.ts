import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { livesAndDies, made, mends, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

describe.each(["online", "onPremises"] as const)("a remote domain, %s", (side) => {
  const domain = wish(
    "RemoteDomain",
    { Name: "Intake", DomainName: "Siu.contoso.com", TNEFEnabled: false },
    { side },
  );

  test("is made in two steps, found unchanged and removed", async () => {
    await livesAndDies(domain, embedded);
    embedded.calls.length = 0;
    const { id, state } = await made(domain, embedded);
    expect(embedded.calls.filter((each) => !each.includes(" Get-"))).toEqual([
      `${side} New-RemoteDomain`,
      `${side} Set-RemoteDomain`,
    ]);
    expect(embedded.stored(side, "RemoteDomain", "Intake")).toMatchObject({ TNEFEnabled: false });
    await lifecycle.remove(embedded.world, id, state);
  });

  test.each([true, null])("whose TNEFEnabled somebody makes %s is brought back", (TNEFEnabled) =>
    mends(domain, embedded, ["Set-RemoteDomain", { TNEFEnabled }], "TNEFEnabled"),
  );

  test("of another domain is another object", async () => {
    const { state } = await made(domain, embedded);
    const other = wish("RemoteDomain", { ...domain.inputs, DomainName: "other.contoso.com" }, { side });
    expect(lifecycle.diff(state, other)).toMatchObject({ replaces: ["inputs"], deleteBeforeReplace: true });
  });
});
