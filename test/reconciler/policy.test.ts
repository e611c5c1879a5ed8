import fc from "fast-check";
import { expect, test } from "vitest";
import { inScope, isOrdinaryClass, mailboxesToUpdate, refusal } from "../../reconciler/policy.ts";
import { parseMail, stampOf } from "../../reconciler/stamp.ts";
import { stamped } from "./message.ts";

const stamp = stampOf(await parseMail(stamped()), "X-CodeTwoProcessed");

test("switched off comes first, then whether the service processed it, then the kind", () => {
  const other = { ...stamp, processed: false, kind: "smime" as const };
  expect(refusal({ status: "off" }, other)).toBe("status-off");
  expect(refusal({ status: "on" }, other)).toBe("not-processed");
  expect(refusal({ status: "on" }, { ...other, processed: true })).toBe("smime");
  expect(refusal({ status: "on" }, { ...stamp, messageId: undefined })).toBe("no-message-id");
  expect(refusal({ status: "on" }, stamp)).toBeUndefined();
});

test("only and all-except part the mailboxes between them; all takes every one", () => {
  const address = fc.constantFrom("a@x", "b@x", "c@x");
  fc.assert(
    fc.property(fc.uniqueArray(address), address, (listed, mailbox) => {
      const addresses = new Set(listed);
      expect(inScope({ include: "only", addresses }, mailbox)).toBe(
        !inScope({ include: "allExcept", addresses }, mailbox),
      );
      expect(inScope({ include: "all", addresses }, mailbox)).toBe(true);
    }),
  );
});

test("mailboxes in scope are taken, others left out", () => {
  const scope = { include: "only" as const, addresses: new Set(["a@x"]) };
  expect(mailboxesToUpdate(scope, ["a@x", "b@x"])).toEqual({ take: ["a@x"] });
  expect(mailboxesToUpdate(scope, ["b@x"])).toEqual({ skip: "sender-out-of-scope" });
  expect(mailboxesToUpdate(scope, [])).toEqual({ skip: "no-mailbox" });
});

test.each([
  ["IPM.Note", true],
  ["IPM.Note.Custom", true],
  ["IPM.Note.SMIME.MultipartSigned", false],
  ["IPM.Note.rpmsg.Microsoft.Voicemail", false],
  ["IPM.Schedule.Meeting.Request", false],
  ["REPORT.IPM.Note.IPNRN", false],
  ["IPM.Notebook", false],
])("class %s is ordinary: %s", (itemClass, ordinary) => {
  expect(isOrdinaryClass(itemClass)).toBe(ordinary);
});
