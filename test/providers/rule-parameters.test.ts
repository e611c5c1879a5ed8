import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  addressees,
  flag,
  flags,
  groups,
  joint,
  moment,
  others,
  people,
} from "../../providers/rule-parameters.ts";

const file = new URL("../../../shared/reference/cmdlets/cmdlets.json", import.meta.url);
const watched = [...people, ...groups, ...addressees, ...flags, ...others, ...joint.flat()];

describe("the parameters of a rule that are watched", () => {
  test("are each there once", () => {
    expect(watched.toSorted()).toEqual([...new Set(watched)].toSorted());
  });

  test.skipIf(!existsSync(file))("are all that Exchange Online knows, but for those with a reason", () => {
    const { cmdlets } = JSON.parse(readFileSync(file, "utf8")) as {
      cmdlets: { cmdlet: string; parameters: Record<string, { applicable?: string[] }> }[];
    };
    const parameters = cmdlets.find(({ cmdlet }) => cmdlet === "Set-TransportRule")?.parameters ?? {};
    const known = Object.entries(parameters)
      .filter(([, { applicable }]) => applicable?.includes("Exchange Online"))
      .map(([name]) => name);
    const elsewhere = "Identity Name Comments Confirm WhatIf DomainController".split(" ");
    const defaults = "Mode RuleErrorAction SenderAddressLocation StopRuleProcessing".split(" ");
    const shifting = ["Priority"];
    const chosenByExchange = "SetAuditSeverity RecipientAddressType RuleSubType".split(" ");
    const ofOtherFeatures = "DlpPolicy ApplyRightsProtectionCustomizationTemplate".split(" ");
    const excused = [...elsewhere, ...defaults, ...shifting, ...chosenByExchange, ...ofOtherFeatures];
    expect(known.filter((name) => !watched.includes(name) && !excused.includes(name))).toEqual([]);
    expect(watched.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("normal forms", () => {
  test.each([
    [null, "false"],
    ["", "false"],
    [false, "false"],
    ["True", "true"],
  ])("a truth value that was never set is off: %j", (value, form) => {
    expect(flag(value)).toBe(form);
  });

  test("one moment has one form, whatever the spelling of its date", () => {
    const spellings = [
      "2026-12-31T18:00:00",
      "2026-12-31T18:00:00Z",
      "2026-12-31T19:00:00+01:00",
      "12/31/2026 6:00:00 PM",
    ];
    expect(new Set(spellings.map(moment)).size).toBe(1);
    expect(moment(moment("2026-12-31T18:00:00"))).toBe(moment("2026-12-31T18:00:00"));
    expect([moment(null), moment("some day")]).toEqual([null, "some day"]);
  });
});
