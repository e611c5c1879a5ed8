import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { latencyChart, summary } from "../../../reconciler/web/chart.ts";

const slot = 120_000;
const parse = (markup: string) =>
  new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => ["rect", "line", "text"].includes(name),
  }).parse(markup) as {
    svg: {
      rect?: { class: string; x: string; y: string; height: string }[];
      text: (string | { "#text": string })[];
      desc: string;
    };
  };

test("each slot has its place in time, and longer waits reach higher", () => {
  const pace = [
    { at: 0, updated: 1, median: 1000, slow: 2000 },
    { at: 29 * slot, updated: 2, median: 5000, slow: 60_000 },
  ];
  const { svg } = parse(latencyChart(pace, 0, slot, 30).markup);
  const [first, , last] = svg.rect ?? [];
  expect(svg.rect?.map((one) => one.class)).toEqual(["slow", "median", "slow", "median"]);
  expect([Number(first?.x), Number(last?.x)]).toEqual([45, 45 + Math.round((29 * 5560) / 30) / 10]);
  expect(Number(last?.y)).toBeLessThan(Number(first?.y));
  expect(Number(last?.y) + Number(last?.height)).toBeCloseTo(120, 0);
  expect(svg.text.map((one) => (typeof one === "string" ? one : one["#text"]))).toContain("100 s");
});

test("what is longer than ever still lies within the picture, and nothing at all is a picture too", () => {
  const { svg } = parse(latencyChart([{ at: 0, updated: 1, median: 1, slow: 3e8 }], 0, slot, 30).markup);
  expect(Number(svg.rect?.[0]?.y)).toBeGreaterThanOrEqual(0);
  expect(parse(latencyChart([], 0, slot, 30).markup).svg.rect).toBeUndefined();
});

test("says the same in words", () => {
  expect(summary([])).toBe("No item was updated in the last hour.");
  expect(
    summary([
      { at: 0, updated: 3, median: 1000, slow: 2000 },
      { at: slot, updated: 1, median: 5000, slow: 90_000 },
    ]),
  ).toBe("4 messages updated in the last hour, in 2.0 s as a rule; the slowest part took 2 min.");
});
