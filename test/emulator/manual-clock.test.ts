import { expect, test } from "vitest";
import { createManualClock } from "./manual-clock.ts";

test("what falls due is done in order and at its time, also what is asked for on the way", () => {
  const clock = createManualClock(0);
  const done: [string, number][] = [];
  const note = (name: string) => () => void done.push([name, clock.now()]);
  clock.after(20, note("later"));
  clock.after(10, () => {
    note("sooner")();
    clock.after(5, note("between"));
  });
  clock.after(15, note("called off"))();
  clock.after(31, note("too late"));
  clock.pass(30);
  expect(done).toEqual([
    ["sooner", 10],
    ["between", 15],
    ["later", 20],
  ]);
  expect([clock.now(), clock.waiting()]).toEqual([30, [1]]);
});
