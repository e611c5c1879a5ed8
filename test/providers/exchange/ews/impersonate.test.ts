import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { impersonate, type Impersonation } from "../../../../providers/exchange/ews/impersonate.ts";
import type { MailboxServer } from "../../../../providers/exchange/ews/impersonate.ts";
import { accountOf, startEmbedded, type Embedded } from "../../embedded.ts";

let embedded: Embedded;
let works: MailboxServer & { ewsUrl: string; certificateAuthority: string };
beforeAll(async () => {
  embedded = await startEmbedded("onPremises", { grant: true });
  const { emulator } = embedded;
  works = {
    account: { username: siu, password: accountOf(emulator, siu).password ?? "" },
    ewsUrl: emulator.onPremises.ews,
    certificateAuthority: emulator.organization.authority.ca,
  };
});
afterAll(() => embedded.close());

const siu = "siu@contoso.com";
const anna = "anna.weber@contoso.com";

/** The account, found by the organization's Autodiscover service. */
function discovered(account = works.account): MailboxServer {
  const { certificateAuthority } = works;
  return { account, certificateAuthority, autodiscover: embedded.emulator.onPremises.autodiscover ?? "" };
}

const told = (text: string): string => expect.stringContaining(text) as string;

describe("acting as the owner of a mailbox", () => {
  const success: Impersonation = { result: "WORKS", detail: "" };

  test("works for an account that may, at a named server or at one that Autodiscover tells", async () => {
    expect(await impersonate(works, anna)).toEqual(success);
    expect(await impersonate(discovered(), anna)).toEqual(success);
  });

  test("is refused to an account that may not", async () => {
    const account = { username: anna, password: accountOf(embedded.emulator, anna).password ?? "" };
    expect(await impersonate({ ...works, account }, siu)).toEqual({
      result: "NOT_GRANTED",
      detail: told("ErrorImpersonateUserDenied"),
    });
  });

  test("tells a wrong password, which it sends no second time", async () => {
    const account = { username: siu, password: "wrong" };
    const refused = { result: "WRONG_CREDENTIALS" };
    expect(await impersonate({ ...works, account }, anna)).toMatchObject({
      ...refused,
      detail: told("HTTP 401"),
    });
    expect(await impersonate(discovered(account), anna)).toMatchObject({
      ...refused,
      detail: expect.stringMatching(/^https:\S+: refuses the password$/) as string,
    });
  });

  test("tells a server that is not there, or is another one than it should be", async () => {
    const nowhere = { ...works, ewsUrl: "https://127.0.0.1:9/EWS/Exchange.asmx" };
    expect(await impersonate(nowhere, anna)).toEqual({ result: "NO_SERVER", detail: told("ECONNREFUSED") });
    const { certificateAuthority: _, ...stranger } = works;
    expect(await impersonate(stranger, anna)).toMatchObject({ result: "NO_SERVER", detail: told("CERT") });
    const elsewhere = { ...works, ewsUrl: new URL("/owa", works.ewsUrl).href };
    expect(await impersonate(elsewhere, anna)).toMatchObject({
      result: "NO_SERVER",
      detail: told("no answer of"),
    });
  });

  test("of somebody who is not there says so in Exchange's word", async () => {
    expect(await impersonate(works, "nobody@contoso.com")).toMatchObject({
      result: "FAILED",
      detail: told("Error"),
    });
  });
});
