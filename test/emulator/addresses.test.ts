import { expect, test } from "vitest";
import { carries, recipientByAddress } from "./addresses.ts";
import { createSide, type Recipient } from "./store.ts";

function recipient(guid: string, ...emailAddresses: string[]): Recipient {
  const named = { guid, name: guid, displayName: guid, alias: guid, distinguishedName: `CN=${guid}` };
  const shown = { primarySmtpAddress: "", hiddenFromAddressLists: false, other: {} };
  return { ...named, ...shown, type: "UserMailbox", emailAddresses };
}

test("a recipient is found by whatever addresses it has now, and only by these", () => {
  const side = createSide("onPremises");
  const found = (address: string) => recipientByAddress(side, address)?.guid;
  const [one, other] = [recipient("one", "SMTP:One@x", "smtp:1@x"), recipient("other", "SMTP:1@x")];
  expect(found("one@x")).toBeUndefined();
  side.recipients.set("one", one).set("other", other);
  expect([found("ONE@x"), found("1@x")]).toEqual(["one", "one"]);
  one.emailAddresses.push("smtp:more@x");
  expect(found("more@x")).toBe("one");
  one.emailAddresses = ["SMTP:new@x"];
  expect([found("new@x"), found("one@x"), found("1@x")]).toEqual(["one", undefined, "other"]);
  other.userPrincipalName = "Upn@x";
  expect(found("upn@x")).toBe("other");
  side.recipients.set("other", recipient("other", "SMTP:else@x"));
  expect([found("upn@x"), found("else@x")]).toEqual([undefined, "other"]);
  side.recipients.delete("one");
  expect(found("new@x")).toBeUndefined();
  expect(carries(one, "new@x")).toBe(true);
});
