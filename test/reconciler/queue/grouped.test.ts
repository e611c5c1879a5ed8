import { expect, test } from "vitest";
import { grouped, type Transaction } from "../../../reconciler/queue/grouped.ts";

/** Transactions over a list that keeps only what was committed; the first one begins when it is let. */
function store() {
  const committed: string[][] = [];
  const { promise: open, resolve: begin } = Promise.withResolvers<void>();
  const transaction: Transaction<string[]> = async (work) => {
    const own: string[] = [];
    await open;
    const result = await work(own);
    committed.push(own);
    return result;
  };
  return { committed, begin, together: grouped(transaction) };
}

test("what comes while a transaction is under way shares the next one, in its order", async () => {
  const { committed, begin, together } = store();
  const write = (word: string) => together(async (own) => own.push(word));
  const all = ["a", "b", "c"].map(write);
  begin();
  expect(await Promise.all(all)).toEqual([1, 1, 2]);
  await write("d");
  expect(committed).toEqual([["a"], ["b", "c"], ["d"]]);
});

test("what fails undoes and fails nothing but itself", async () => {
  const { committed, begin, together } = store();
  const failure = new Error("no");
  const all = ["a", "b", "bad", "c"].map((word) =>
    together(async (own) => {
      own.push(word);
      if (word === "bad") throw failure;
    }),
  );
  begin();
  expect(await Promise.allSettled(all)).toMatchObject([
    { status: "fulfilled" },
    { status: "fulfilled" },
    { status: "rejected", reason: failure },
    { status: "fulfilled" },
  ]);
  expect(committed).toEqual([["a"], ["b"], ["c"]]);
});
