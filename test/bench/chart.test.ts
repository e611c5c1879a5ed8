import { readXml } from "../../reconciler/mailbox/ews/xml.ts";
import { expect, test } from "vitest";
import { barChart } from "./chart.ts";

test("bars are as long as their values by the largest, spreads included, and names are escaped", () => {
  const svg = barChart("Rates & ratios", "/s", [
    { name: "ours <new>", value: 50, low: 40, high: 100 },
    { name: "theirs", value: 25 },
  ]);
  const { children } = readXml(svg);
  const [, one, other] = children.filter(({ name }) => name === "rect").map(({ attributes }) => attributes);
  expect(Number(one?.["width"])).toBe(Number(other?.["width"]) * 2);
  expect(children.filter(({ name }) => name === "text").map(({ text }) => text)).toEqual([
    "Rates & ratios",
    "ours <new>",
    "50 /s",
    "theirs",
    "25 /s",
  ]);
});
