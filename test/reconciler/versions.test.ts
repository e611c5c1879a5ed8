import { beforeEach, describe, expect, test } from "vitest";
import { jobKey } from "../../reconciler/job.ts";
import { Fault } from "../../reconciler/fault.ts";
import type { Turn } from "../../reconciler/standing.ts";
import { memoryDirectory, memoryMailboxes, sentItem } from "./memory.ts";
import { type settings, stamped } from "./message.ts";
import { anna, messageId, original, startTurns, type Turns } from "./turns.ts";

let at: Turns;
beforeEach(() => {
  at = startTurns();
});

describe("versions of a split message", () => {
  const version = (name: string) => stamped({ html: `<p>Hello Carl</p><p>${name}, Contoso</p>` });
  const split = (change: Partial<ReturnType<typeof settings>["splitMessages"]>) => ({
    splitMessages: { enabled: true, saveAll: false, keep: "first" as const, ...change },
  });
  const both = async (change: Partial<ReturnType<typeof settings>>): Promise<Turn> => {
    await at.run(version("First"), change);
    return at.run(version("Second"), change, { key: jobKey(anna, messageId, "2") });
  };
  const shown = () =>
    at
      .items()
      .map(({ body }) => /First|Second/.exec(body.content)?.[0] ?? "original")
      .toSorted();

  test("keep first: the second version is skipped", async () => {
    expect(await both(split({}))).toMatchObject({ finish: { outcome: "skipped", reason: "other-version" } });
    expect(shown()).toEqual(["First"]);
  });

  test("keep last: the second version replaces the first", async () => {
    expect(await both(split({ keep: "last" }))).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(shown()).toEqual(["Second"]);
  });

  test.each([
    ["external", ["eva@contoso.com"], ["carl@fabrikam.example"], "Second"],
    ["external", ["carl@fabrikam.example"], ["eva@contoso.com"], "First"],
    ["external", ["carl@fabrikam.example"], ["dora@fabrikam.example"], "First"],
    ["internal", ["carl@fabrikam.example", "eva@contoso.com"], ["eva@contoso.com"], "Second"],
    ["internal", undefined, undefined, "First"],
  ] as const)("keep %s, of versions for %j and for %j: %s", async (keep, first, second, want) => {
    const change = split({ keep });
    await at.run(version("First"), change, first && { recipients: [...first] });
    await at.run(version("Second"), change, {
      key: jobKey(anna, messageId, "2"),
      ...(second && { recipients: [...second] }),
    });
    expect(shown()).toEqual([want]);
  });

  test("saveAll: one item for each version", async () => {
    expect(await both(split({ saveAll: true }))).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(shown()).toEqual(["First", "Second"]);
  });

  test("saveAll with keepOriginal: the original too", async () => {
    await both({ ...split({ saveAll: true }), keepOriginal: true });
    expect(shown()).toEqual(["First", "Second", "original"]);
  });

  test("a second version must contain the original's text too", async () => {
    const change = split({ keep: "last" });
    await at.run(version("First"), change);
    const forged = stamped({ html: "<p>Transfer the money</p><p>Contoso</p>" });
    expect(await at.run(forged, change, { key: jobKey(anna, messageId, "2") })).toMatchObject({
      finish: { reason: "foreign-body" },
    });
    expect(shown()).toEqual(["First"]);
  });

  test("saveAll: a crash after any call of the second version leaves one item for each version", async () => {
    const change = split({ saveAll: true });
    await both(change);
    const calls = at.mailboxes.calls.length;
    for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
      at.mailboxes = memoryMailboxes();
      at.originals.clear();
      at.mailboxes.items.set(anna, [sentItem(messageId, original)]);
      at.mailboxes.crashAfter = crashAfter;
      for (const key of ["1", "2"]) {
        const once = () =>
          at.run(version(key === "1" ? "First" : "Second"), change, { key: jobKey(anna, messageId, key) });
        if ("later" in (await once())) expect(await once()).toHaveProperty("finish.outcome", "updated");
      }
      expect(shown(), `after call ${crashAfter}: ${at.mailboxes.calls.join(", ")}`).toEqual([
        "First",
        "Second",
      ]);
    }
  });

  test("saveAll: each version names those whom it went to, and a message that was not split is changed as it is", async () => {
    const person = (address: string) => ({ name: "", address });
    const [carl, eva, group] = ["Carl@fabrikam.example", "e.lind@contoso.com", "sales@contoso.com"];
    const recipients = { to: [carl, group].map(person), cc: [eva].map(person), bcc: [] };
    const whole = [carl.toLowerCase(), anna, "eva@contoso.com"];
    at.directory = memoryDirectory(
      { [anna]: anna, [eva]: "eva@contoso.com", "eva@contoso.com": "eva@contoso.com" },
      { [group]: [anna] },
    );
    const change = split({ saveAll: true });
    const sent = async (...versions: string[][]) => {
      at.mailboxes.items.set(anna, [sentItem(messageId, original, { recipients })]);
      at.originals.clear();
      for (const [index, to] of versions.entries())
        expect(
          await at.run(version(["First", "Second"][index] ?? ""), change, {
            key: jobKey(anna, messageId, String(index)),
            recipients: to,
          }),
        ).toMatchObject({ finish: { outcome: "updated", items: 1 } });
      return at
        .items()
        .map(({ body, recipients: { to, cc } }) => [
          /First|Second/.exec(body.content)?.[0],
          ...[...to, ...cc].map(({ address }) => address),
        ]);
    };
    expect((await sent(whole.slice(0, 1), whole.slice(1))).toSorted()).toEqual([
      ["First", carl],
      ["Second", group, eva],
    ]);
    const { calls } = at.mailboxes;
    calls.length = 0;
    expect(await sent(whole)).toEqual([["First", carl, group, eva]]);
    expect(calls).not.toContain("recreate: item");
  });

  test("saveAll: where a copy cannot be made anew, its recipients stay", async () => {
    const recipients = {
      to: [
        { name: "", address: "carl@fabrikam.example" },
        { name: "", address: anna },
      ],
      cc: [],
      bcc: [],
    };
    at.mailboxes.items.set(anna, [sentItem(messageId, original, { recipients })]);
    at.mailboxes.before = (call) => {
      if (call === "recreate") throw new Fault("LOCKED", "a link cannot be attached anew");
    };
    const turn = await at.run(version("First"), split({ saveAll: true }), { recipients: [anna] });
    expect(turn).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(at.items().map((item) => item.recipients)).toEqual([recipients]);
  });
});
