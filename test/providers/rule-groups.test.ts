import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../providers/lifecycle.ts";
import type { Props } from "../../providers/kind.ts";
import { withGroups } from "../../providers/rule-groups.ts";
import { populationOf } from "../emulator/populate/people.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { livesAndDies, made, wish } from "./wish.ts";

let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded();
  const groups: [string, string][] = [
    ["Directors", "Alias -eq 'uma.patel'"],
    ["Nobody", "Alias -eq 'none'"],
  ];
  for (const [Name, RecipientFilter] of groups)
    await run("New-DynamicDistributionGroup", { Name, RecipientFilter });
});
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

const run = (cmdlet: string, parameters: Props) => embedded.exchange("online").invoke(cmdlet, parameters);
const resolved = (props: Props, arriving?: string[]) =>
  withGroups({ Name: "R", ...props }, embedded.world.on("online"), arriving);
const uma = "uma.patel@contoso.com";
const board = "directors@contoso.com";

describe("groups of a rule", () => {
  test("are named by their primary addresses", async () => {
    expect(await resolved({ FromMemberOf: ["SIGNATURES@contoso.com"], SubjectContainsWords: ["x"] })).toEqual(
      {
        Name: "R",
        FromMemberOf: ["signatures@contoso.com"],
        SubjectContainsWords: ["x"],
      },
    );
  });

  test("that this stack is about to make are not looked for", async () => {
    const coming = "coming@contoso.com";
    expect(await resolved({ FromMemberOf: [coming] }, [coming])).toMatchObject({ FromMemberOf: [coming] });
    await expect(resolved({ FromMemberOf: [coming] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a dynamic group in a rule", () => {
  test("is its people, in the condition that says the same", async () => {
    expect(await resolved({ FromMemberOf: [board], AnyOfToHeaderMemberOf: null })).toEqual({
      Name: "R",
      From: [uma],
      AnyOfToHeaderMemberOf: null,
    });
    expect(await resolved({ SentToMemberOf: [board] })).toEqual({ Name: "R", SentTo: [uma] });
  });

  test("adds to the exceptions beside it, which add up anyway; one of nobody is none", async () => {
    const exceptions = {
      ExceptIfFromMemberOf: ["sales@contoso.com", board],
      ExceptIfFrom: ["anna.weber@contoso.com"],
    };
    expect(await resolved(exceptions)).toEqual({
      Name: "R",
      ExceptIfFromMemberOf: ["sales@contoso.com"],
      ExceptIfFrom: ["anna.weber@contoso.com", uma],
    });
    expect(await resolved({ ExceptIfFromMemberOf: ["nobody@contoso.com"] })).toEqual({ Name: "R" });
  });

  test.each<[what: string, props: Props, code: string, told: RegExp]>([
    [
      "beside another group, of which either would do",
      { FromMemberOf: ["sales@contoso.com", board] },
      "UNSUPPORTED",
      /cannot stand beside.*a rule of its own/,
    ],
    [
      "beside people, who would have to be in it",
      { FromMemberOf: [board], From: ["anna.weber@contoso.com"] },
      "UNSUPPORTED",
      /cannot stand beside/,
    ],
    [
      "where people have no condition",
      { BetweenMemberOf1: [board] },
      "UNSUPPORTED",
      /no condition on people/,
    ],
    ["that is empty", { FromMemberOf: ["nobody@contoso.com"] }, "UNMET", /would catch everybody/],
  ])("%s is refused with what to do", async (_, props, code, told) => {
    await expect(resolved(props)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(told) as string,
    });
  });

  test("of more people than a rule holds is refused, with the group to use instead", async () => {
    const big = await startEmbedded("hybrid", { population: populationOf(true, 260) });
    await big.exchange("online").invoke("New-DynamicDistributionGroup", {
      Name: "Big",
      RecipientFilter: "RecipientType -eq 'MailUser'",
    });
    await expect(
      withGroups({ FromMemberOf: ["big@contoso.com"] }, big.world.on("online")),
    ).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringMatching(/has 2\d\d people, more than .*managedGroup/) as string,
    });
    await big.close();
  });

  test("is found unchanged while nobody comes, and changed by the preview after somebody did", async () => {
    const rule = wish("TransportRule", {
      Name: "Dynamic",
      FromMemberOf: [board],
      PrependSubject: "x",
      Enabled: true,
    });
    await livesAndDies(rule, embedded);
    embedded.renew();
    const { id, state } = await made(rule, embedded);
    await run("Set-DynamicDistributionGroup", {
      Identity: "Directors",
      RecipientFilter: "Alias -eq 'uma.patel' -or Alias -eq 'victor.hugo'",
    });
    embedded.renew();
    const next = await lifecycle.check(embedded.world, rule);
    expect(lifecycle.diff(state, next)).toMatchObject({ changes: true, replaces: [] });
    const after = await lifecycle.update(embedded.world, id, state, next);
    expect(embedded.stored("online", "TransportRule", "Dynamic")).toMatchObject({
      From: expect.arrayContaining([uma, "victor.hugo@contoso.com"]) as string[],
      FromMemberOf: null,
    });
    await lifecycle.remove(embedded.world, id, after);
  });
});
