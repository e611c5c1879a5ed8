import { expect, test } from "vitest";
import { graphFault, readRetryAfter } from "../../../../reconciler/mailbox/graph/errors.ts";

const about = "Reading a message in mailbox 'uma.patel@contoso.com'";

test.for([
  [429, "ApplicationThrottled", "THROTTLED"],
  [429, "ErrorItemNotFound", "THROTTLED"],
  [403, "ErrorAccessDenied", "ACCESS_DENIED"],
  [403, "SomethingNew", "ACCESS_DENIED"],
  [401, "InvalidAuthenticationToken", "WRONG_CREDENTIALS"],
  [404, "ErrorItemNotFound", "ITEM_NOT_FOUND"],
  [404, "ErrorInvalidUser", "MAILBOX_NOT_FOUND"],
  [404, "MailboxNotEnabledForRESTAPI", "MAILBOX_NOT_FOUND"],
  [404, "SomethingNew", "ITEM_NOT_FOUND"],
  [412, "ErrorIrresolvableConflict", "CONFLICT"],
  [409, "SomethingNew", "CONFLICT"],
  [413, "RequestEntityTooLarge", "REFUSED"],
  [507, "ErrorQuotaExceeded", "REFUSED"],
  [503, "ServiceUnavailable", "UNAVAILABLE"],
  [504, "", "UNAVAILABLE"],
  [400, "BadRequest", "UNEXPECTED"],
  [400, "constructor", "UNEXPECTED"],
] as const)("HTTP %s %s means %s", ([status, code, meaning]) => {
  expect(graphFault(status, code, undefined, about)).toMatchObject({
    code: meaning,
    message: expect.stringContaining(about),
  });
});

test.for([
  ["2", 2000],
  ["0.5", 500],
  ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  [null, undefined],
] as const)("Retry-After: %s", ([header, milliseconds]) => {
  expect(readRetryAfter(header)).toBe(milliseconds);
});
