import { expect, test } from "vitest";
import { Fault } from "../../../providers/exchange/errors.ts";
import type { Row, SideName } from "../../../providers/exchange/port.ts";
import { recipient } from "../../../providers/exchange/recipient.ts";
import { openSession, type Session } from "../../../providers/exchange/session.ts";

/** A directory in which no filter finds anybody. */
const answering = (side: SideName, answer: () => Promise<Row[]>): Session =>
  openSession({
    side,
    invoke: async (_cmdlet, { Identity } = {}) => (Identity === undefined ? [] : answer()),
    close: async () => {},
  });

test("the recipient with the address is answered", async () => {
  const session = answering("online", async () => [{ Name: "Anna" }]);
  expect(await recipient(session, "anna@contoso.com")).toEqual({ Name: "Anna" });
});

test.each([
  ["online", "Exchange Online"],
  ["onPremises", "on-premises"],
] as const)("nobody with the address: the message names address and place (%s)", async (side, place) => {
  for (const answer of [async () => [], () => Promise.reject(new Fault("NOT_FOUND", "x"))]) {
    await expect(recipient(answering(side, answer), "anna@contoso.com")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(new RegExp(`${place}.*'anna@contoso.com'`)) as string,
    });
  }
});

test("any other failure is no absence", async () => {
  const session = answering("online", () => Promise.reject(new Fault("UNAVAILABLE", "x")));
  await expect(recipient(session, "anna@contoso.com")).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
