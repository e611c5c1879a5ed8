import { expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { Fault } from "../../reconciler/fault.ts";
import { memoryDirectory } from "./memory.ts";

const minute = 60_000;

test("answers are remembered ten minutes, absences one, and many who ask at once cost one question", async () => {
  let now = 0;
  let asked = 0;
  const directory = memoryDirectory({});
  const cached = cachedDirectory(
    { ...directory, mailboxOf: async (address) => (asked++, address === "a@x" ? "A@X" : undefined) },
    () => now,
  );
  expect(
    await Promise.all([cached.mailboxOf("a@x"), cached.mailboxOf("a@x"), cached.mailboxOf("b@x")]),
  ).toEqual(["a@x", "a@x", undefined]);
  expect(asked).toBe(2);
  now = minute;
  await Promise.all([cached.mailboxOf("a@x"), cached.mailboxOf("b@x")]);
  expect(asked).toBe(3);
  now = 10 * minute;
  await cached.mailboxOf("a@x");
  expect(asked).toBe(4);
});

test("a failure is not remembered", async () => {
  let fails = true;
  const cached = cachedDirectory(
    {
      ...memoryDirectory({}),
      mailboxOf: async (address) => {
        if (fails) throw new Fault("UNAVAILABLE", "away");
        return address;
      },
    },
    () => 0,
  );
  await expect(cached.mailboxOf("a@x")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  fails = false;
  expect(await cached.mailboxOf("a@x")).toBe("a@x");
});

test("a scope holds primary addresses of listed users, and members of listed groups", async () => {
  const directory = memoryDirectory({ "alias@x": "a@x" }, { "g@x": ["B@x", "c@x"] });
  const { scope } = cachedDirectory(directory, () => 0);
  const { include, addresses } = await scope({ include: "only", users: ["Alias@x"], groups: ["g@x"] });
  expect(include).toBe("only");
  expect([...addresses].filter((address) => address !== "alias@x").toSorted()).toEqual(["a@x", "b@x", "c@x"]);
  await expect(scope({ include: "only", users: [], groups: ["none@x"] })).rejects.toMatchObject({
    code: "GROUP_NOT_FOUND",
  });
});

test("who joins a group, or leaves it, counts after two minutes", async () => {
  let now = 0;
  const groups = { "g@x": ["a@x"] };
  const { scope, people } = cachedDirectory(memoryDirectory({}, groups), () => now);
  const listed = { users: [], groups: ["g@x"] };
  const members = async () => [...(await scope({ include: "only", ...listed })).addresses];
  expect(await members()).toEqual(["a@x"]);
  groups["g@x"] = ["B@x"];
  now = 2 * minute - 1;
  expect(await members()).toEqual(["a@x"]);
  now = 2 * minute;
  expect(await members()).toEqual(["b@x"]);
  expect([...(await people(listed))]).toEqual(["b@x"]);
});
