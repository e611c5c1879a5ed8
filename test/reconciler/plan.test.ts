import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SentItem } from "../../reconciler/mailbox/port.ts";
import { sourceOf, writeMark } from "../../reconciler/mark.ts";
import { type Situation, plan, shows } from "../../reconciler/plan.ts";
import { digestOf, parseMail, stampOf } from "../../reconciler/stamp.ts";
import { sentItem } from "./memory.ts";
import { dot, stamped } from "./message.ts";

const stamp = stampOf(await parseMail(stamped()), "X-CodeTwoProcessed");
const key = "00000000-0000-8000-8000-000000000001";
const before = { type: "html" as const, content: "<p>Hello Carl</p>" };
const after = { type: "html" as const, content: stamp.html ?? "" };
const job = {
  key,
  messageId: "<m1@contoso.com>",
  senders: [],
  arrived: 0,
  notBefore: 10,
  deadline: 1000,
  attempt: 0,
};

const organization = { domain: "contoso.com", acceptedDomains: [] };

const marks = {
  none: undefined,
  keptForThis: writeMark({ state: "original", of: key, at: 0 }),
  keptForAnother: writeMark({ state: "original", of: "another", at: 0 }),
  updated: writeMark({ state: "updated", of: stamp.digest, at: 0 }),
  otherVersion: writeMark({ state: "updated", of: "other", at: 0 }),
  building: writeMark({
    state: "building",
    of: stamp.digest,
    at: 0,
    source: sourceOf({ id: "0", version: "1" }),
  }),
  /** In the place of the first copy; or of none, where it is the first one itself. */
  built: writeMark({ state: "built", of: stamp.digest, at: 0, source: sourceOf({ id: "0", version: "1" }) }),
};

function situation(copies: SentItem[], change: Partial<Situation> = {}): Situation {
  const splitMessages = { enabled: false, saveAll: false, keep: "first" as const };
  return {
    job,
    stamp,
    copies,
    settings: { keepOriginal: false, whenEdited: "skip", recreateLocked: true, organization, splitMessages },
    now: 100,
    ...change,
  };
}

const item = (mark: string | undefined, body = before, change: Partial<SentItem> = {}): SentItem =>
  sentItem(job.messageId, body, { ...change, ...(mark === undefined ? {} : { mark }) });

test("nothing is done before the settle delay is over", () => {
  expect(plan(situation([item(undefined)], { now: 9 }))).toEqual({ do: "wait", until: 10, why: "settling" });
});

test("a clock that was set back does not make the settle delay longer", () => {
  const early = { ...job, arrived: job.notBefore - 5 };
  const at = (now: number) => plan(situation([item(undefined)], { job: early, now })).do;
  expect([at(early.arrived), at(early.arrived - 1)]).toEqual(["wait", "update"]);
});

test("without a copy it waits, and gives up at the deadline", () => {
  expect(plan(situation([], { now: 100 }))).toEqual({ do: "wait", until: 350, why: "not-found" });
  expect(plan(situation([], { now: 1000 }))).toEqual({ do: "give-up", why: "not-found" });
});

test.each([
  ["an S/MIME copy", item(undefined, before, { itemClass: "IPM.Note.SMIME" }), "item-class"],
  [
    "a copy with another text",
    item(undefined, { type: "html", content: "<p>Something else</p>" }),
    "foreign-body",
  ],
  ["a copy that shows another version", item(marks.otherVersion), "other-version"],
] as const)("%s is skipped", (_, copy, why) => {
  expect(plan(situation([copy]))).toEqual({ do: "skip", why });
});

test("what somebody wrote into an item after its update is never overwritten, by a second copy of the stamp neither", () => {
  const edited = item(marks.updated, { type: "html", content: "<p>Hello Carl</p><p>my own note</p>" });
  expect(plan(situation([edited]))).toEqual({ do: "give-up", why: "not-verified" });
});

describe("an edit by the owner", () => {
  const html = (content: string) => ({ type: "html" as const, content });
  const rewritten = item(undefined, html("<p>Dear Carl</p>"), { id: "own" });

  /** Carries steps out on copies until there is none, and answers the copies and the last step. */
  function carried(start: SentItem[], settings: Situation["settings"]) {
    let copies = start;
    for (let steps = 0; steps < 10; steps++) {
      const step = plan(situation(copies, { settings }));
      if (step.do !== "update" && step.do !== "copy-first") return { copies, step };
      copies = copies.flatMap((copy): SentItem[] => {
        if (copy.id !== step.item.id) return [copy];
        if (step.do === "update") return [{ ...copy, body: step.change.body, mark: step.change.mark }];
        const source = { ...copy, mark: step.mark };
        // Made within the same second, and with an id that comes before the source's.
        return [source, { ...source, id: `copy-of-${copy.id}` }];
      });
    }
    throw new Error("it never ended");
  }
  const both = { ...situation([]).settings, whenEdited: "keepBoth" as const };

  test("before the update is left alone, and with keepBoth a second item shows what was sent", () => {
    expect(plan(situation([rewritten]))).toEqual({ do: "skip", why: "foreign-body" });
    const { copies, step } = carried([rewritten], both);
    expect(step).toEqual({ do: "done" });
    expect(copies.map(({ id, body }) => [id, body])).toEqual([
      ["own", rewritten.body],
      ["copy-of-own", after],
    ]);
  });

  test("needs no second item where another copy shows, or can show, what was sent", () => {
    for (const other of [item(undefined, after), item(undefined), item(marks.otherVersion)])
      expect(carried([rewritten, other], both).copies).toHaveLength(2);
  });

  test("never makes an exception for a class that is not to be changed", () => {
    const signed = { ...rewritten, itemClass: "IPM.Note.SMIME" };
    expect(plan(situation([signed], { settings: both }))).toEqual({ do: "skip", why: "item-class" });
  });

  test("after the update is not overwritten by a later version, unless both are kept", () => {
    const settings = (split: Partial<Situation["settings"]["splitMessages"]>) => ({
      ...situation([]).settings,
      splitMessages: { enabled: true, saveAll: false, keep: "last" as const, ...split },
    });
    const first = plan(situation([item(undefined)]));
    const mark = "change" in first ? first.change.mark.replace(stamp.digest, "first") : "";
    const untouched = item(mark, after);
    const edited = item(mark, html("<p>Hello Carl</p><p>Anna Weber, <b>Contoso</b></p><p>PS</p>"));
    const next = { ...stamp, html: "<p>Hello Carl</p><p>Second, Contoso</p>", digest: "second" };
    const change = { stamp: next, original: before };
    const step = (copy: SentItem, split: object) =>
      plan(situation([copy], { ...change, settings: settings(split) }));
    expect(step(untouched, {})).toMatchObject({ do: "update" });
    expect(step(edited, {})).toEqual({ do: "skip", why: "edited" });
    expect(step(edited, { saveAll: true })).toMatchObject({ do: "copy-first" });
  });

  test("after the update by this very stamp is told", () => {
    const first = plan(situation([item(undefined)]));
    const mark = "change" in first ? first.change.mark : "";
    expect(plan(situation([item(mark, html("<p>Hello Carl</p><p>mine</p>"))]))).toEqual({
      do: "skip",
      why: "edited",
    });
  });
});

test("a copy that was deleted is not waited for", () => {
  expect(plan(situation([], { deleted: true }))).toEqual({ do: "skip", why: "deleted" });
});

test("a copy beside one that may not change is still updated", () => {
  const [odd, plain] = [item(undefined, before, { itemClass: "IPM.Note.SMIME" }), item(undefined)];
  expect(plan(situation([odd, plain]))).toMatchObject({ do: "update", item: { id: plain.id } });
});

test("a plan prints as JSON and names the item by its handle only", () => {
  const step = plan(situation([item(undefined)]));
  expect(JSON.parse(JSON.stringify(step))).toEqual(step);
  expect(step).toMatchObject({ do: "update", item: { id: expect.any(String), version: "1" } });
  expect(Object.keys("item" in step ? step.item : {})).toEqual(["id", "version"]);
});

test("a picture with other bytes under the same Content-ID is replaced, one with the same bytes stays", async () => {
  const html = '<p>Hello Carl <img src="cid:a"><img src="cid:B"></p><p>Contoso</p>';
  const pictured = stampOf(await parseMail(stamped({ html, pictures: ["a", "b"] })), "X-CodeTwoProcessed");
  const picture = { contentType: "image/png", isInline: true, isItem: false, size: 1 };
  const attachments = [
    { ...picture, id: "1", name: "a.png", contentId: "a", digest: "other" },
    { ...picture, id: "2", name: "b.png", contentId: "b", digest: digestOf(dot) },
    { ...picture, id: "3", name: "offer.png", contentId: "offer", isInline: false },
  ];
  const body = { type: "html" as const, content: '<p>Hello Carl <img src="cid:a"><img src="cid:b"></p>' };
  const copy = item(undefined, body, { attachments });
  const step = plan(situation([copy], { stamp: pictured }));
  expect(step).toMatchObject({
    do: "update",
    change: { removeAttachments: ["1"], addPictures: [{ contentId: "a" }] },
  });
  expect(shows(item(undefined, { type: "html", content: html }, { attachments }), pictured)).toBe(false);
});

test("an HTML copy does not become text", async () => {
  const text = stampOf(await parseMail(stamped({ html: undefined })), "X-CodeTwoProcessed");
  expect(plan(situation([item(undefined)], { stamp: text }))).toEqual({ do: "skip", why: "text-only" });
});

test("from any state that a crash or an earlier run can leave, carrying out the plan ends, and no kept original is touched", () => {
  const state = fc.record({ mark: fc.constantFrom(...Object.keys(marks)), shown: fc.boolean() });
  const settings = fc.record({
    keepOriginal: fc.boolean(),
    whenEdited: fc.constantFrom("skip" as const, "keepBoth" as const),
    saveAll: fc.boolean(),
    keep: fc.constantFrom("first" as const, "last" as const),
    locked: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(state, { minLength: 1, maxLength: 4 }),
      settings,
      (states, { keepOriginal, whenEdited, saveAll, keep, locked }) => {
        let copies = states.map(({ mark, shown }, created) =>
          item(marks[mark as keyof typeof marks], shown ? after : before, { created, id: String(created) }),
        );
        // One that was built in the place of a kept message cannot be: that is never written to.
        fc.pre(!copies.some(({ mark }) => mark === marks.built) || copies[0]?.mark === undefined);
        const kept = copies
          .filter(({ mark }) => mark === marks.keptForAnother)
          .map(({ id, body }) => [id, body]);
        const done = copies.some(({ mark }) => mark === marks.updated);
        const keptHere = done
          ? copies.filter(({ mark }) => mark === marks.keptForThis).map(({ id, body }) => [id, body])
          : [];
        const rules = {
          keepOriginal,
          whenEdited,
          recreateLocked: true,
          organization,
          splitMessages: { enabled: true, saveAll, keep },
        };
        for (let steps = 0; ; steps++) {
          expect(steps).toBeLessThan(24);
          const step = plan(situation(copies, { settings: rules, original: before, locked }));
          if (!("item" in step)) break;
          const { id } = step.item;
          copies = copies.flatMap((copy): SentItem[] => {
            if (copy.id !== id) return [copy];
            if (step.do === "update") return [{ ...copy, body: step.change.body, mark: step.change.mark }];
            if (step.do === "remove") return [];
            if (step.do === "mark") return [{ ...copy, mark: step.mark }];
            if (step.do === "recreate") {
              const { body, mark } = step.change;
              return [copy, { ...copy, body, mark, id: `${id}-new`, created: copy.created + 0.5 }];
            }
            return [
              { ...copy, mark: step.mark },
              { ...copy, mark: step.mark, id: `${id}-copy`, created: copy.created + 0.5 },
            ];
          });
        }
        for (const [id, body] of [...kept, ...keptHere])
          expect(copies.find((copy) => copy.id === id)?.body).toEqual(body);
        for (const copy of copies) {
          if (copy.mark?.startsWith(`1 updated ${stamp.digest}`)) expect(shows(copy, stamp)).toBe(true);
          if (copy.mark === undefined) expect(shows(copy, stamp)).toBe(true);
        }
      },
    ),
    { numRuns: 500 },
  );
});
