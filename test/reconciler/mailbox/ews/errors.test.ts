import { describe, expect, test } from "vitest";
import { codeFault, statusFault } from "../../../../reconciler/mailbox/ews/errors.ts";

const about = "GetItem in mailbox 'anna.weber@contoso.com'";
const url = new URL("https://mail.contoso.com/EWS/Exchange.asmx");

describe("a response code", () => {
  test.for([
    ["ErrorServerBusy", "THROTTLED"],
    ["ErrorImpersonateUserDenied", "ACCESS_DENIED"],
    ["ErrorIrresolvableConflict", "CONFLICT"],
    ["ErrorStaleObject", "CONFLICT"],
    ["ErrorItemNotFound", "ITEM_NOT_FOUND"],
    ["ErrorNonExistentMailbox", "MAILBOX_NOT_FOUND"],
    ["ErrorNameResolutionNoResults", "GROUP_NOT_FOUND"],
    ["ErrorMailboxStoreUnavailable", "UNAVAILABLE"],
    ["ErrorQuotaExceeded", "REFUSED"],
    ["ErrorAccountDisabled", "WRONG_CREDENTIALS"],
    ["ErrorSomethingNew", "UNEXPECTED"],
    ["constructor", "UNEXPECTED"],
  ] as const)("%s means %s", ([responseCode, code]) => {
    const fault = codeFault(responseCode, undefined, undefined, about);
    expect(fault).toMatchObject({ code, retryAfter: undefined });
    expect(fault.message).toMatch(new RegExp(`^${about}: .*${responseCode}`));
  });

  test("that is unknown shows the beginning of the server's text", () => {
    const fault = codeFault("ErrorSomethingNew", "x".repeat(1000), undefined, about);
    expect(fault.message).toMatch(/ErrorSomethingNew\. x{200}$/);
  });

  test("whose text may quote somebody's mail shows none of it", () => {
    const fault = codeFault("ErrorSchemaValidation", "The value 'secret' is invalid.", undefined, about);
    expect(fault.message).not.toContain("secret");
  });
});

test("how long to wait is told in milliseconds, whatever the server's unit", () => {
  expect(codeFault("ErrorServerBusy", undefined, 1500, about).retryAfter).toBe(1500);
  const busy = (wait: string) =>
    statusFault({ status: 503, headers: { "retry-after": wait }, url, by: "basic", about });
  expect(busy("1.5")).toMatchObject({ code: "THROTTLED", retryAfter: 1500 });
  expect(busy("Wed, 21 Oct 2026 07:28:00 GMT")).toMatchObject({
    code: "UNAVAILABLE",
    retryAfter: undefined,
  });
});
