import { expect, test } from "vitest";
import { candidatesOf } from "../../reconciler/candidates.ts";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { memoryDirectory } from "./memory.ts";

const directory = cachedDirectory(
  memoryDirectory(
    { "a@x": "a@x", "alias@x": "a@x", "b@x": "b@x", "info@x": "info@x", "hello@x": "info@x" },
    { "team@x": ["a@x", "b@x"] },
  ),
  () => 0,
);
const sendAs = [
  { address: "Info@x", users: ["alias@x"], groups: [] },
  { address: "sales@x", users: [], groups: ["team@x"] },
  { address: "other@x", users: [], groups: ["no-such-group@x"] },
];

test.each([
  ["aliases of one mailbox", ["a@x", "alias@x"], ["a@x"], []],
  ["a shared mailbox", ["info@x"], ["info@x"], ["a@x"]],
  ["another address of the shared mailbox", ["hello@x"], ["info@x"], ["a@x"]],
  ["a group, which has no mailbox", ["sales@x"], [], ["a@x", "b@x"]],
  ["a group and the sender's own name", ["sales@x", "b@x"], ["b@x"], ["a@x"]],
  ["nobody", ["nobody@x"], [], []],
])("%s", async (_, senders, named, delegates) => {
  const found = await candidatesOf(senders, { sendAs }, directory);
  expect([[...found.named], [...found.delegates]]).toEqual([named, delegates]);
});

test("a group that is not there is an error only where it is needed", async () => {
  await expect(candidatesOf(["other@x"], { sendAs }, directory)).rejects.toMatchObject({
    code: "GROUP_NOT_FOUND",
  });
});
