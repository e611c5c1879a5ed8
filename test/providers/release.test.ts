import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as object from "../../providers/converge.ts";
import { transportRule } from "../../providers/kinds/transport-rule.ts";
import { remove } from "../../providers/release.ts";
import type { Target } from "../../providers/target.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { byHand, mark, name, noun, props, target } from "./relay-connector.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

beforeEach(() => {
  embedded.renew();
  embedded.calls.length = 0;
  embedded.said.length = 0;
});
afterEach(async () => {
  if (embedded.stored("online", noun, name))
    await byHand(embedded, "Remove-OutboundConnector", { Identity: name });
});

describe("remove", () => {
  test("removes what is ours, and an object that is gone already is no mistake", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await remove(target, embedded.world, { id, adopt: false });
    expect(embedded.stored("online", noun, name)).toBeUndefined();
    embedded.renew();
    await remove(target, embedded.world, { id, adopt: false });
  });

  test("leaves alone what lost its mark since the preview looked", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await object.read(target, embedded.world, id);
    const exchange = embedded.exchange("online");
    await exchange.invoke("Set-OutboundConnector", { Identity: name, Comment: "ours now" });
    await expect(remove(target, embedded.world, { id, adopt: false })).rejects.toMatchObject({
      code: "NOT_OURS",
    });
  });

  test("waits until mail on its way to the signature service has arrived, and says so", async () => {
    const { id } = await object.create(target, embedded.world, false);
    embedded.waits.length = 0;
    const seen: (string | undefined)[] = [];
    const wait = async (milliseconds: number): Promise<void> => {
      seen.push(`${milliseconds} ${embedded.stored("online", noun, name)?.["Name"]}`);
    };
    await remove(target, { ...embedded.world, drainMinutes: 30, wait }, { id, adopt: false });
    expect(seen).toEqual([`1800000 ${name}`]);
    expect(embedded.said).toContainEqual(
      expect.stringContaining(`Waiting 30 minutes before '${name}' is removed`),
    );
    expect(embedded.stored("online", noun, name)).toBeUndefined();
  });

  test("leaves alone what lost its mark", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, Comment: "ours now" });
    await expect(remove(target, embedded.world, { id, adopt: false })).rejects.toMatchObject({
      code: "NOT_OURS",
    });
    expect(embedded.stored("online", noun, name)).toBeDefined();
  });
});

describe("what was taken over", () => {
  const theirs = { ...props, Comment: "of the hybrid team", Enabled: false, SmartHosts: ["old.example"] };

  test("stays with adopt: true, without the mark, and the log says so", async () => {
    await byHand(embedded, "New-OutboundConnector", theirs);
    const { id, former } = await object.create(target, embedded.world, true);
    await remove(target, embedded.world, { id, former, adopt: true });
    expect(embedded.stored("online", noun, name)).toMatchObject({
      Comment: "of the hybrid team",
      SmartHosts: ["contoso.smtp.codetwo.online"],
    });
    expect(embedded.said.join()).toContain(`'${name}' was there before this stack: it is not removed`);
  });

  test("is what it was before with adopt: restore, also what was asked for later", async () => {
    await byHand(embedded, "New-OutboundConnector", theirs);
    const before = { ...embedded.stored("online", noun, name), WhenChangedUTC: null };
    const { id, former } = await object.create(target, embedded.world, "restore");
    const later = { ...target, props: { ...props, MtaStsMode: "None" } };
    const updated = await object.update(later, embedded.world, id, { wished: props, former });
    expect(embedded.stored("online", noun, name)).toMatchObject({ MtaStsMode: "None" });
    await remove(later, embedded.world, { id, former: updated.former, adopt: "restore" });
    expect({ ...embedded.stored("online", noun, name), WhenChangedUTC: null }).toEqual(before);
  });

  test("is known by its mark when a killed run left no state: it is released, and never removed", async () => {
    await byHand(embedded, "New-OutboundConnector", theirs);
    await object.create(target, embedded.world, "restore");
    embedded.renew();
    const { id, former } = await object.create(target, embedded.world, "restore");
    await remove(target, embedded.world, { id, former, adopt: "restore" });
    expect(embedded.stored("online", noun, name)).toMatchObject({ Comment: "of the hybrid team" });
    expect(embedded.said.join()).toContain("because a run that broke off knew what it was before");
  });

  test("and lost its mark since is left as it is", async () => {
    await byHand(embedded, "New-OutboundConnector", theirs);
    const { id, former } = await object.create(target, embedded.world, true);
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, Comment: "ours again" });
    await remove(target, embedded.world, { id, former, adopt: true });
    expect(embedded.stored("online", noun, name)).toMatchObject({ Comment: "ours again", Enabled: true });
    expect(embedded.calls.filter((each) => !each.includes(" Get-"))).toEqual([]);
  });

  test("and is gone is no mistake", async () => {
    await byHand(embedded, "New-OutboundConnector", theirs);
    const { id, former } = await object.create(target, embedded.world, "restore");
    await byHand(embedded, "Remove-OutboundConnector", { Identity: name });
    await remove(target, embedded.world, { id, former, adopt: "restore" });
    expect(embedded.stored("online", noun, name)).toBeUndefined();
  });
});

describe("a rule that was taken over", () => {
  const rule: Target = {
    kind: transportRule,
    side: "online",
    mark,
    props: {
      Name: "R",
      FromScope: "InOrganization",
      BlindCopyTo: ["copy@partner.example"],
      Before: ["Last"],
    },
  };
  const theirs = {
    Name: "R",
    PrependSubject: "[x] ",
    Comments: "said",
    ExceptIfSubjectContainsWords: ["a", "b"],
  };
  const makeRules = async (): Promise<void> => {
    await byHand(embedded, "New-TransportRule", {
      Name: "Last",
      DeleteMessage: true,
      SubjectContainsWords: ["spam"],
    });
    await byHand(embedded, "New-TransportRule", theirs);
  };
  afterEach(async () => {
    for (const Identity of ["R", "Last"]) await byHand(embedded, "Remove-TransportRule", { Identity });
  });

  test("is left switched off with adopt: true", async () => {
    await makeRules();
    const { id, former } = await object.create(rule, embedded.world, true);
    expect(embedded.stored("online", "TransportRule", "R")).toMatchObject({ Priority: 0, State: "Enabled" });
    await remove(rule, embedded.world, { id, former, adopt: true });
    expect(embedded.stored("online", "TransportRule", "R")).toMatchObject({
      State: "Disabled",
      Comments: "said",
      PrependSubject: null,
    });
    expect(embedded.said.join()).toContain("released and switched off");
  });

  test("is what it was, where it was, with adopt: restore", async () => {
    await makeRules();
    await byHand(embedded, "Disable-TransportRule", { Identity: "R" });
    const before = structuredClone(embedded.stored("online", "TransportRule", "R"));
    const { id, former } = await object.create(rule, embedded.world, "restore");
    // What is null gets lost in state.
    const kept = Object.fromEntries(Object.entries(former ?? {}).filter(([, value]) => value !== null));
    await remove(rule, embedded.world, { id, former: kept, adopt: "restore" });
    const after = structuredClone(embedded.stored("online", "TransportRule", "R"));
    expect({ ...after, WhenChangedUTC: "" }).toEqual({ ...before, WhenChangedUTC: "" });
    expect(after).toMatchObject({ State: "Disabled", Priority: 1, Comments: "said" });
  });
});

test("a takeover that fails on the way keeps what the object was before", async () => {
  await byHand(embedded, "New-OutboundConnector", {
    ...props,
    Comment: "theirs",
    SmartHosts: ["old.example"],
  });
  embedded.emulator.organization.faults.add({
    protocol: "admin",
    operation: "Set-OutboundConnector",
    failure: "dropAfter",
  });
  await expect(object.create(target, embedded.world, "restore")).rejects.toMatchObject({
    code: "UNAVAILABLE",
    outcome: { former: { SmartHosts: ["old.example"], Comment: "theirs" } },
  });
});
