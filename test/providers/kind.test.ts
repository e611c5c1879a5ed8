import { describe, expect, test } from "vitest";
import { decode, encode, encodeChanges } from "../../providers/kind.ts";
import { impersonationGrant } from "../../providers/kinds/impersonation-grant.ts";
import { transportRule } from "../../providers/kinds/transport-rule.ts";

describe("encode", () => {
  test("New- gets what was asked for, nothing that is empty, and switched off", () => {
    const asked = {
      Name: "R",
      From: [],
      SentToScope: "",
      FromScope: "InOrganization",
      Enabled: true,
      Before: ["Other"],
    };
    expect(encode(transportRule, asked)).toEqual({ Name: "R", FromScope: "InOrganization", Enabled: false });
  });

  test("Set- clears with null, and never carries what has a cmdlet of its own", () => {
    expect(
      encodeChanges(transportRule, { Name: "R", Enabled: true }, ["FromMemberOf", "Enabled", "After"]),
    ).toEqual({
      FromMemberOf: null,
    });
  });

  test("a header and what to look for in it travel together", () => {
    const asked = { HeaderMatchesMessageHeader: "X-Stamped", HeaderMatchesPatterns: ["^true$"] };
    expect(encodeChanges(transportRule, asked, ["HeaderMatchesPatterns"])).toEqual(asked);
  });
});

describe("decode", () => {
  test("a parameter is found under the property that Get- prints", () => {
    expect(decode(transportRule, { State: "Disabled" }, ["Enabled"])).toEqual({ Enabled: "false" });
  });

  test("a property that is not there is nothing", () => {
    expect(decode(impersonationGrant, {}, ["CustomRecipientWriteScope"])).toEqual({
      CustomRecipientWriteScope: null,
    });
  });
});
