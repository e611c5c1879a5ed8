import { expect, test } from "vitest";
import { mailPath } from "../../../reconciler/web/mail-path.ts";
import type { DoctorReport, ProbeReport } from "../../../reconciler/web/reports.ts";

type Step = DoctorReport["steps"][number];
const step = (part: string, state: Step["state"], causes: string[] = []): Step => ({
  part,
  title: part,
  state,
  causes,
});
const doctor = (at: number, ...steps: Step[]) => ({
  at,
  content: { stack: "s", healthy: true, steps, findings: [] },
});
const probe = (at: number, ...hops: ProbeReport["hops"]) => ({ at, content: { stack: "s", hops } });
const states = (...input: Parameters<typeof mailPath>) =>
  Object.fromEntries(mailPath(...input).map(({ hop, state }) => [hop, state]));

test("of what nobody has looked at, nothing is said; the daemon speaks for itself", () => {
  const [unknown, names] = [
    "unknown",
    ["sender", "rule", "outbound", "relay", "return", "intake", "sentItems"],
  ];
  expect(states([], undefined, undefined)).toEqual({
    ...Object.fromEntries(names.map((name) => [name, unknown])),
    daemon: "ok",
  });
  expect(mailPath(["No database."], undefined, undefined)[6]).toMatchObject({
    hop: "daemon",
    state: "error",
    said: ["No database."],
  });
});

test("the doctor's steps colour the places that they are about; a skipped one colours nothing", () => {
  const found = doctor(
    1,
    step("rule", "ok"),
    step("connectors", "error", ["It is off.", "No name."]),
    step("grant", "skipped"),
    step("intake", "ok"),
    step("listener", "error", ["No TLS."]),
  );
  expect(states([], found, undefined)).toMatchObject({
    rule: "ok",
    outbound: "error",
    return: "error",
    intake: "error",
    sentItems: "unknown",
    relay: "unknown",
  });
  expect(mailPath([], found, undefined)[2]?.said).toEqual([
    "doctor: connectors: It is off.",
    "doctor: connectors: No name.",
  ]);
});

test("of probe and doctor the later one counts; a place that the probe did not see stays the doctor's", () => {
  const found = doctor(5, step("rule", "error", ["off"]), step("connectors", "ok"));
  const sent = (at: number) =>
    probe(
      at,
      { hop: "rule", state: "ok", text: "fired" },
      { hop: "relay", state: "error", text: "lost" },
      { hop: "outbound", state: "skipped", text: "" },
    );
  expect(states([], found, sent(6))).toMatchObject({ rule: "ok", relay: "error", outbound: "ok" });
  expect(states([], found, sent(4))).toMatchObject({ rule: "error", relay: "error", outbound: "ok" });
});
