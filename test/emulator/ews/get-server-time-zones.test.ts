import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, startEws, type EwsTest } from "./client.ts";
import { timeZones } from "./time-zones.ts";
import type { Element } from "./xml.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

async function ask(attributes: string, ...ids: string[]): Promise<Element[]> {
  const wanted = ids.length > 0 ? `<m:Ids>${ids.map((id) => `<t:Id>${id}</t:Id>`).join("")}</m:Ids>` : "";
  const answered = await ews.ask(`<m:GetServerTimeZones${attributes}>${wanted}</m:GetServerTimeZones>`);
  expect(codes(answered)).toEqual(["NoError"]);
  return all(answered.body, "t:TimeZoneDefinition");
}

describe("GetServerTimeZones", () => {
  test("answers every zone of the server with its rules", async () => {
    const zones = await ask("");
    expect(zones.length).toBe(timeZones(2026).length);
    expect(zones.every((zone) => at(zone, "t:Periods") !== undefined)).toBe(true);
  });

  test("answers names only, where these are wanted", async () => {
    const [zone, ...others] = await ask(' ReturnFullTimeZoneData="false"', "Tokyo Standard Time");
    expect(others).toEqual([]);
    expect(zone).toMatchObject({
      attributes: { Id: "Tokyo Standard Time", Name: "(UTC+09:00) Osaka, Sapporo, Tokyo" },
      children: [],
    });
  });

  test("leaves out a zone that it does not know", async () => {
    const zones = await ask("", "UTC", "Middle Earth Standard Time");
    expect(zones.map(({ attributes }) => attributes["Id"])).toEqual(["UTC"]);
  });

  test("tells when clocks change: in Berlin on the last Sundays of March and October", async () => {
    const [zone] = await ask(' ReturnFullTimeZoneData="true"', "W. Europe Standard Time");
    const periods = at(zone, "t:Periods")?.children.map(({ attributes }) => [
      attributes["Name"],
      attributes["Bias"],
    ]);
    expect(periods).toEqual([
      ["Standard", "-PT60M"],
      ["Daylight", "-PT120M"],
    ]);
    const changes = all(
      zone ?? { name: "", attributes: {}, children: [], text: "" },
      "t:RecurringDayTransition",
    );
    expect(changes.map(({ children }) => children.slice(1).map(({ text }) => text))).toEqual([
      ["PT120M", "3", "Sunday", "-1"],
      ["PT180M", "10", "Sunday", "-1"],
    ]);
  });
});

test("the rules of a zone are those of its place, south of the equator and across the ocean too", () => {
  const rules = (id: string) => {
    const zone = timeZones(2026).find((each) => each.id === id);
    return [
      zone?.offset,
      ...(zone?.changes ?? []).map(({ month, occurrence, time }) => [month, occurrence, time]),
    ];
  };
  expect(rules("Pacific Standard Time")).toEqual([-480, [3, 2, 120], [11, 1, 120]]);
  expect(rules("AUS Eastern Standard Time")).toEqual([600, [4, 1, 180], [10, 1, 120]]);
  expect(rules("India Standard Time")).toEqual([330]);
});
