import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as object from "../../providers/converge.ts";
import { delta } from "../../providers/delta.ts";
import type { Parameters } from "../../providers/exchange/port.ts";
import type { Props } from "../../providers/kind.ts";
import { transportRule } from "../../providers/kinds/transport-rule.ts";
import { remove } from "../../providers/release.ts";
import type { Target } from "../../providers/target.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { byHand, mark, name, noun, props, target } from "./relay-connector.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

function cmdlets(): string[] {
  return embedded.calls.filter((each) => !each.includes(" Get-"));
}

beforeEach(() => {
  embedded.renew();
  embedded.calls.length = 0;
});
afterEach(async () => {
  embedded.emulator.organization.faults.clear();
  if (embedded.stored("online", noun, name))
    await byHand(embedded, "Remove-OutboundConnector", { Identity: name });
});

describe("create", () => {
  test("makes the object with the mark, and reads it back", async () => {
    const outcome = await object.create(target, embedded.world, false);
    expect(embedded.stored("online", noun, name)).toMatchObject({ Comment: mark, Guid: outcome.id });
    expect(outcome).toMatchObject({ marked: true, observed: { SmartHosts: "contoso.smtp.codetwo.online" } });
  });

  test("goes on with a marked object that a broken run left", async () => {
    await byHand(embedded, "New-OutboundConnector", {
      ...props,
      Comment: mark,
      TlsSettings: "EncryptionOnly",
      TlsDomain: null,
    });
    await object.create(target, embedded.world, false);
    expect(embedded.stored("online", noun, name)).toMatchObject({ TlsDomain: "*.codetwo.com" });
    expect(cmdlets()).not.toContain("online New-OutboundConnector");
  });

  test("refuses a namesake that somebody else made, and leaves it as it is", async () => {
    await byHand(embedded, "New-OutboundConnector", {
      ...props,
      Comment: "of the hybrid team",
      Enabled: false,
    });
    await expect(object.create(target, embedded.world, false)).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: expect.stringContaining("adopt: true") as string,
    });
    expect(embedded.stored("online", noun, name)).toMatchObject({
      Comment: "of the hybrid team",
      Enabled: false,
    });
  });

  test("takes it over with adopt, keeping what its comment said", async () => {
    await byHand(embedded, "New-OutboundConnector", {
      ...props,
      Comment: "of the hybrid team",
      Enabled: false,
    });
    await object.create(target, embedded.world, true);
    expect(embedded.stored("online", noun, name)).toMatchObject({
      Comment: "of the hybrid team [sent-items-update:test:adopted]",
      Enabled: true,
    });
  });

  test("a failure to read is never taken for absence", async () => {
    embedded.emulator.organization.faults.add({
      protocol: "admin",
      operation: "Get-OutboundConnector",
      failure: "unavailable",
      times: 99,
    });
    const failed = { code: "UNAVAILABLE" };
    await expect(object.create(target, embedded.world, false)).rejects.toMatchObject(failed);
    await expect(object.read(target, embedded.world, "id")).rejects.toMatchObject(failed);
    await expect(object.update(target, embedded.world, "id", { wished: props })).rejects.toMatchObject(
      failed,
    );
    await expect(remove(target, embedded.world, { id: "id", adopt: false })).rejects.toMatchObject(failed);
    expect(cmdlets()).toEqual([]);
  });

  test("a line that breaks after Exchange did the work is no failure", async () => {
    embedded.emulator.organization.faults.add({
      protocol: "admin",
      operation: "New-OutboundConnector",
      failure: "dropAfter",
    });
    await object.create(target, embedded.world, false);
    expect(cmdlets()).toEqual(["online New-OutboundConnector"]);
  });

  test("a call that Exchange did and asked to repeat is no failure either", async () => {
    const session = embedded.world.on("online");
    let busy = true;
    const twice = {
      ...session,
      run: async (cmdlet: string, parameters: Parameters) => {
        if (cmdlet.startsWith("New-") && busy) await session.run(cmdlet, parameters);
        busy = false;
        return session.run(cmdlet, parameters);
      },
    };
    const outcome = await object.create(target, { ...embedded.world, on: () => twice }, false);
    expect(outcome.marked).toBe(true);
  });

  test("a line that breaks before it is a failure, and nothing is repeated", async () => {
    embedded.emulator.organization.faults.add({
      protocol: "admin",
      operation: "New-OutboundConnector",
      failure: "drop",
    });
    await expect(object.create(target, embedded.world, false)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(cmdlets()).toEqual(["online New-OutboundConnector"]);
  });

  test("what Exchange rejects is told without the values", async () => {
    const refused = { ...props, TlsSettings: "Sometimes" };
    await expect(object.create({ ...target, props: refused }, embedded.world, false)).rejects.toSatisfy(
      (error: Error) =>
        error.message.includes("New-OutboundConnector failed") && !error.message.includes("Sometimes"),
    );
  });
});

describe("read", () => {
  test("answers undefined when there is no such object", async () => {
    expect(await object.read(target, embedded.world)).toBeUndefined();
  });

  test("finds an object that was renamed by hand, by its id", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, Name: "Renamed" });
    expect(await object.read(target, embedded.world, id)).toMatchObject({
      id,
      observed: { Name: "renamed" },
    });
    await object.update(target, embedded.world, id, { wished: props });
    expect(embedded.stored("online", noun, name)).toMatchObject({ Guid: id });
  });

  test("finds a connector that somebody put into test mode, which Get- hides", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, TestMode: true });
    expect(await object.read(target, embedded.world, id)).toMatchObject({ observed: { TestMode: "true" } });
    await object.update(target, embedded.world, id, { wished: props });
    expect(embedded.stored("online", noun, name)).toMatchObject({ Guid: id, TestMode: false });
  });

  test("does not take somebody else's namesake for a removed object", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Remove-OutboundConnector", { Identity: name });
    await byHand(embedded, "New-OutboundConnector", { ...props, Comment: "of the hybrid team" });
    expect(await object.read(target, embedded.world, id)).toBeUndefined();
  });

  test("asks for each noun once, whatever the number of objects", async () => {
    await object.create(target, embedded.world, false);
    embedded.renew();
    embedded.calls.length = 0;
    await Promise.all([1, 2, 3].map(() => object.read(target, embedded.world)));
    expect(embedded.calls).toEqual(["online Get-OutboundConnector"]);
  });
});

describe("update", () => {
  test("writes only what differs", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, Enabled: false });
    await object.update(target, embedded.world, id, { wished: props });
    expect(cmdlets()).toEqual(["online Set-OutboundConnector"]);
    embedded.calls.length = 0;
    await object.update(target, embedded.world, id, { wished: props });
    expect(cmdlets()).toEqual([]);
  });

  test("clears what is no longer asked for", async () => {
    const { id } = await object.create(target, embedded.world, false);
    const former = { ...props, RecipientDomains: ["old.example"] };
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, RecipientDomains: ["old.example"] });
    await object.update(target, embedded.world, id, { wished: former });
    expect(embedded.stored("online", noun, name)).toMatchObject({ RecipientDomains: [] });
  });

  test("puts the mark back", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Set-OutboundConnector", { Identity: name, Comment: "edited" });
    expect(await object.read(target, embedded.world, id)).toMatchObject({ marked: false });
    await object.update(target, embedded.world, id, { wished: props });
    expect(embedded.stored("online", noun, name)).toMatchObject({ Comment: `edited ${mark}` });
  });

  test("makes an object anew that vanished meanwhile", async () => {
    const { id } = await object.create(target, embedded.world, false);
    await byHand(embedded, "Remove-OutboundConnector", { Identity: name });
    const outcome = await object.update(target, embedded.world, id, { wished: props });
    expect(outcome.id).not.toBe(id);
  });
});

describe("verify", () => {
  test("lists every difference and writes nothing", async () => {
    await byHand(embedded, "New-OutboundConnector", { ...props, Enabled: false, TlsDomain: "relay.example" });
    await expect(object.verify(target, embedded.world)).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringMatching(
        /(?=[^]*TlsDomain is "relay.example")(?=[^]*Enabled is "false")/,
      ) as string,
    });
    expect(cmdlets()).toEqual([]);
  });
});

describe("a rule", () => {
  const rule = (more: Props = {}): Target => ({
    kind: transportRule,
    side: "online",
    mark,
    props: {
      Name: "R",
      FromScope: "InOrganization",
      BlindCopyTo: ["copy@partner.example"],
      Enabled: true,
      ...more,
    },
  });
  afterEach(() => byHand(embedded, "Remove-TransportRule", { Identity: "R" }));

  test("is created switched off, and switched on as the last step", async () => {
    await object.create(rule(), embedded.world, false);
    expect(cmdlets()).toEqual(["online New-TransportRule", "online Enable-TransportRule"]);
    expect(embedded.stored("online", "TransportRule", "R")).toMatchObject({
      State: "Enabled",
      Comments: mark,
    });
  });

  test("that somebody switched off is switched on again, by the cmdlet for it", async () => {
    const { id } = await object.create(rule(), embedded.world, false);
    await byHand(embedded, "Disable-TransportRule", { Identity: "R" });
    await object.update(rule(), embedded.world, id, { wished: rule().props });
    expect(cmdlets()).toEqual(["online Enable-TransportRule"]);
  });

  test("another rule inserted above is no drift", async () => {
    const { id } = await object.create(rule(), embedded.world, false);
    await byHand(embedded, "New-TransportRule", {
      Name: "Above",
      Priority: 0,
      DeleteMessage: true,
      SubjectContainsWords: ["spam"],
    });
    await object.update(rule(), embedded.world, id, { wished: rule().props });
    const written = cmdlets();
    await byHand(embedded, "Remove-TransportRule", { Identity: "Above" });
    expect(written).toEqual([]);
  });

  test("runs before the rules that it has to precede", async () => {
    await byHand(embedded, "New-TransportRule", { Name: "Disclaimer", PrependSubject: "[x] " });
    await object.create(rule({ Before: ["disclaimer"] }), embedded.world, false);
    const places = ["R", "Disclaimer"].map(
      (each) => embedded.stored("online", "TransportRule", each)?.["Priority"],
    );
    await byHand(embedded, "Remove-TransportRule", { Identity: "Disclaimer" });
    expect(places).toEqual([0, 1]);
  });

  test.each<[string, Props]>([
    ["an exception", { ExceptIfSubjectMatchesPatterns: ["private"] }],
    ["a truth value", { DeleteMessage: true }],
    ["an end", { ExpiryDate: "2026-12-31T00:00:00Z" }],
    [
      "an action of several parts",
      { RejectMessageReasonText: "no", RejectMessageEnhancedStatusCode: "5.7.1" },
    ],
  ])("to which somebody added %s is brought back", async (_what, added) => {
    const { id } = await object.create(rule(), embedded.world, false);
    await byHand(embedded, "Set-TransportRule", { Identity: "R", ...added } as Parameters);
    const seen = await object.read(rule(), embedded.world, id);
    expect(
      seen && delta(transportRule, rule().props, seen.observed).map(({ parameter }) => parameter),
    ).toEqual(Object.keys(added));
    await object.update(rule(), embedded.world, id, { wished: rule().props });
    embedded.renew();
    embedded.calls.length = 0;
    await object.update(rule(), embedded.world, id, { wished: rule().props });
    expect(cmdlets()).toEqual([]);
  });

  test("of which Exchange fills in what was left open, and whose date it writes in its own way, is unchanged", async () => {
    const asked = { BlindCopyTo: null, RejectMessageReasonText: "no", ExpiryDate: "12/31/2026 18:00" };
    const { id } = await object.create(rule(asked), embedded.world, false);
    const row = embedded.stored("online", "TransportRule", "R");
    if (row)
      Object.assign(row, {
        RejectMessageEnhancedStatusCode: "5.7.1",
        ExpiryDate: "2026-12-31T18:00:00",
        SomethingNew: "deprecated",
      });
    embedded.renew();
    embedded.calls.length = 0;
    await object.update(rule(asked), embedded.world, id, { wished: rule(asked).props });
    expect(cmdlets()).toEqual([]);
  });

  test("to which somebody added a person as an exception is brought back", async () => {
    const { id } = await object.create(rule(), embedded.world, false);
    await byHand(embedded, "Set-TransportRule", { Identity: "R", ExceptIfFrom: ["anna.weber@contoso.com"] });
    await object.update(rule(), embedded.world, id, { wished: rule().props });
    expect(embedded.stored("online", "TransportRule", "R")).toMatchObject({ ExceptIfFrom: null });
  });
});
