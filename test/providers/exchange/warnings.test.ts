import { expect, test } from "vitest";
import { toTell } from "../../../providers/exchange/warnings.ts";

test("warnings are told with their cmdlet, but for a list that was cut as asked", () => {
  const texts = ["There are more results available than are currently displayed."];
  const told = [`Get-Mailbox: ${texts.join("")}`];
  expect(toTell("Get-Mailbox", {}, texts)).toEqual(told);
  expect(toTell("Get-Mailbox", { ResultSize: "Unlimited" }, texts)).toEqual(told);
  expect(toTell("Get-Mailbox", { ResultSize: 1 }, texts)).toEqual([]);
});
