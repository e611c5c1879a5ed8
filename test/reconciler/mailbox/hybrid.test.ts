import { beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../../reconciler/fault.ts";
import { bothSides, type Side } from "../../../reconciler/mailbox/hybrid.ts";
import { memoryDirectory, memoryMailboxes, type MemoryMailboxes } from "../memory.ts";
import type { Directory } from "../../../reconciler/mailbox/port.ts";

const anna = "anna.weber@contoso.com";
const uma = "uma.patel@contoso.com";
let onPremises: Omit<Side, "mailboxes"> & { mailboxes: MemoryMailboxes };
let online: typeof onPremises;

beforeEach(() => {
  onPremises = { mailboxes: memoryMailboxes(), directory: memoryDirectory({}) };
  online = { mailboxes: memoryMailboxes(), directory: memoryDirectory({}) };
  onPremises.mailboxes.items.set(anna, []);
  online.mailboxes.items.set(uma, []);
});

const faults = (directory: Partial<Directory>): Directory => ({ ...memoryDirectory({}), ...directory });
const failing = (code: Fault["code"]) => () => Promise.reject(new Fault(code, code));

describe("a mailbox", () => {
  test("is opened where it lives, and the second time without asking the other side", async () => {
    const { mailboxes } = bothSides(onPremises, online);
    expect(await mailboxes.find(uma, "<m@x>")).toEqual([]);
    expect(await mailboxes.find(anna, "<m@x>")).toEqual([]);
    onPremises.mailboxes.before = () => {
      throw new Error("asked");
    };
    expect(await mailboxes.find(uma, "<m@x>")).toEqual([]);
    await expect(mailboxes.read(uma, "1")).resolves.toBeUndefined();
  });

  test("that moves to the other side is followed, there and back", async () => {
    const { mailboxes } = bothSides(onPremises, online);
    await mailboxes.find(anna, "<m@x>");
    for (const [from, to] of [
      [onPremises, online],
      [online, onPremises],
    ] as const) {
      to.mailboxes.items.set(anna, from.mailboxes.items.get(anna) ?? []);
      from.mailboxes.items.delete(anna);
      await expect(mailboxes.find(anna, "<m@x>")).resolves.toEqual([]);
    }
  });

  test("outside of the grant on the first side is looked for on the other one", async () => {
    onPremises.mailboxes.before = () => {
      throw new Fault("ACCESS_DENIED", "no grant");
    };
    const { mailboxes } = bothSides(onPremises, online);
    await expect(mailboxes.find(uma, "<m@x>")).resolves.toEqual([]);
    await expect(mailboxes.find("nobody@contoso.com", "<m@x>")).rejects.toMatchObject({
      code: "ACCESS_DENIED",
    });
  });

  test("that neither side has is missing", async () => {
    const { mailboxes } = bothSides(onPremises, online);
    await expect(mailboxes.find("nobody@contoso.com", "<m@x>")).rejects.toMatchObject({
      code: "MAILBOX_NOT_FOUND",
    });
  });

  test("of a side that is down is not looked for elsewhere", async () => {
    onPremises.mailboxes.before = () => {
      throw new Fault("UNAVAILABLE", "down");
    };
    const { mailboxes } = bothSides(onPremises, online);
    await expect(mailboxes.find(anna, "<m@x>")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

describe("the directory", () => {
  const both = (one: Partial<Directory>, other: Partial<Directory>): Directory =>
    bothSides({ ...onPremises, directory: faults(one) }, { ...online, directory: faults(other) }).directory;

  test("knows whom either side knows, also while the other one is down", async () => {
    const known = { mailboxOf: async () => uma };
    const unknown = { mailboxOf: async () => undefined };
    const down = { mailboxOf: failing("UNAVAILABLE") };
    expect(await both(unknown, known).mailboxOf(uma)).toBe(uma);
    expect(await both(down, known).mailboxOf(uma)).toBe(uma);
    expect(await both(unknown, unknown).mailboxOf(uma)).toBeUndefined();
  });

  test("tells whom one side knows without waiting for the other", async () => {
    const silent = { mailboxOf: () => new Promise<undefined>(() => {}) };
    const known = { mailboxOf: async () => uma };
    expect(await both(silent, known).mailboxOf(uma)).toBe(uma);
    expect(await both(known, silent).mailboxOf(uma)).toBe(uma);
  });

  test("takes a group's members from the own servers, and from Exchange Online where only that has it", async () => {
    const here = { membersOf: async () => [anna] };
    const there = { membersOf: async () => [uma] };
    const unknown = { membersOf: failing("GROUP_NOT_FOUND") };
    expect(await both(here, there).membersOf("g@contoso.com")).toEqual([anna]);
    expect(await both(unknown, there).membersOf("g@contoso.com")).toEqual([uma]);
    expect(await both({ membersOf: failing("UNAVAILABLE") }, there).membersOf("g@contoso.com")).toEqual([
      uma,
    ]);
  });

  test("does not take a side that is down for one that knows nobody", async () => {
    const down = { mailboxOf: failing("UNAVAILABLE"), membersOf: failing("UNAVAILABLE") };
    const unknown = { mailboxOf: async () => undefined, membersOf: failing("GROUP_NOT_FOUND") };
    await expect(both(down, unknown).mailboxOf(uma)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(both(unknown, down).membersOf("g@contoso.com")).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    await expect(both(unknown, unknown).membersOf("g@contoso.com")).rejects.toMatchObject({
      code: "GROUP_NOT_FOUND",
    });
  });
});
