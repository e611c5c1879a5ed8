import { expect, test } from "vitest";
import { groupsOf } from "../../../reconciler/mailbox/groups.ts";

test.each([
  [[], []],
  [[3, 4, 3], [[3, 4, 3]]],
  [
    [3, 8, 2, 1],
    [[3], [8, 2], [1]],
  ],
  [
    [1, 50, 1, 1],
    [[1], [50], [1, 1]],
  ],
  [
    [0, Infinity, 0],
    [[0], [Infinity], [0]],
  ],
])("%j, at most 10 together: %j", (sizes, groups) => {
  expect(groupsOf(sizes, (size) => size, 10)).toEqual(groups);
});
