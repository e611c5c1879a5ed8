import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openSession } from "../../providers/exchange/session.ts";
import * as lifecycle from "../../providers/lifecycle.ts";
import type { Inputs } from "../../providers/state.ts";
import type { Props } from "../../providers/kind.ts";
import type { KindName } from "../../providers/kinds/all.ts";
import { rows, sideOf } from "../emulator/store.ts";
import { accountOf, startEmbedded, type Embedded } from "./embedded.ts";
import { livesAndDies, made, wish, type Made } from "./wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => {
  embedded.renew();
  embedded.said.length = 0;
});

const make = (inputs: Inputs, where: Embedded = embedded): Promise<Made> => made(inputs, where);

describe("objects are made, found unchanged, removed, and removed again", () => {
  test.each<[KindName, Props]>([
    [
      "InboundConnector",
      {
        Name: "In",
        ConnectorType: "OnPremises",
        ConnectorSource: "AdminUI",
        SenderDomains: ["contoso.com", "*"],
        RequireTls: true,
      },
    ],
    [
      "OutboundConnector",
      {
        Name: "Out",
        UseMXRecord: false,
        SmartHosts: ["b.example", "A.example"],
        RecipientDomains: ["Siu.contoso.com"],
      },
    ],
    [
      "TransportRule",
      {
        Name: "Rule 'with' \"quotes\" Ł",
        FromMemberOf: ["SIGNATURES@contoso.com"],
        From: ["a.weber@contoso.com"],
        BlindCopyTo: ["x@partner.example", "a.weber@contoso.com"],
        ExceptIfAnyOfToHeader: ["A.Weber@contoso.com", "boss@partner.example"],
        Enabled: true,
      },
    ],
    [
      "TransportRule",
      { Name: "Off", PrependSubject: "[x]", Enabled: false, Comments: "said by the operator" },
    ],
    [
      "ManagementScope",
      { Name: "Scope", Include: "only", Users: ["info@contoso.com"], Groups: ["signatures@contoso.com"] },
    ],
    ["ImpersonationGrant", { Name: "Grant", Role: "ApplicationImpersonation", User: "SIU@contoso.com" }],
  ])("%s", async (kind, props) => {
    await livesAndDies(wish(kind, props), embedded);
  });
});

describe("a connector that somebody else manages", () => {
  test("and made anew is no removed one", async () => {
    const exchange = embedded.exchange("online");
    const parameters = { Name: "Theirs", UseMXRecord: true, RecipientDomains: ["theirs.example"] };
    await exchange.invoke("New-OutboundConnector", parameters);
    const { id, state } = await make(wish("OutboundConnector", parameters, { verify: true }));
    await exchange.invoke("Remove-OutboundConnector", { Identity: "Theirs" });
    await exchange.invoke("New-OutboundConnector", parameters);
    embedded.renew();
    expect(await lifecycle.read(embedded.world, id, state)).toMatchObject({ observed: state.observed });
    await lifecycle.remove(embedded.world, id, state);
    await exchange.invoke("Remove-OutboundConnector", { Identity: "Theirs" });
  });
});

describe("an accepted domain", () => {
  test("that is there is enough, also above the certificate's name", async () => {
    await make(wish("AcceptedDomain", { DomainName: "contoso.smtp.codetwo.online" }));
    await make(wish("AcceptedDomain", { DomainName: "relay.contoso.com" }));
  });

  test("that is missing is explained with the answer that mail would get, and nothing is written", async () => {
    embedded.calls.length = 0;
    await expect(
      make(wish("AcceptedDomain", { DomainName: "other.smtp.codetwo.online" })),
    ).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringContaining("550 5.7.64 TenantAttribution") as string,
    });
    expect(embedded.calls).toEqual(["online Get-AcceptedDomain"]);
  });
});

describe("an existing account", () => {
  const account = (UserPrincipalName: string): Inputs =>
    wish("ExistingAccount", { UserPrincipalName, Hybrid: true });

  test("with everything in order passes; removing the resource leaves it alone", async () => {
    const { id, state } = await make(account("siu@contoso.com"));
    embedded.calls.length = 0;
    await lifecycle.remove(embedded.world, id, state);
    expect(embedded.calls).toEqual([]);
  });

  test("every red point is listed with what to do, and nothing is written", async () => {
    const anna = accountOf(embedded.emulator, "anna.weber@contoso.com");
    anna.disabled = true;
    const domain = rows(sideOf(embedded.emulator.organization, "online"), "AcceptedDomain").find(
      (row) => row["DomainName"] === "contoso.com",
    );
    if (domain) domain["AuthenticationType"] = "Federated";
    embedded.calls.length = 0;
    const failure = await make(account("anna.weber@contoso.com")).catch((error: unknown) => error);
    anna.disabled = false;
    if (domain) domain["AuthenticationType"] = "Managed";
    expect(failure).toMatchObject({ code: "UNMET" });
    for (const point of [/is disabled\..*Enable it/, /Add-RoleGroupMember/, /federation/])
      expect(String(failure)).toMatch(point);
    expect(embedded.calls.every((each) => each.includes(" Get-"))).toBe(true);
  });

  test.each([
    ["nobody@contoso.com", /no account with the user principal name/],
    ["a.weber@contoso.com", /user principal name is anna\.weber@contoso\.com/],
  ])("%s", async (upn, message) => {
    await expect(make(account(upn))).rejects.toThrow(message);
  });
});

describe("a created account", () => {
  const inputs = wish("ServiceAccount", {
    Name: "CodeTwoSiuAgent",
    UserPrincipalName: "CodeTwoSiuAgent@contoso.com",
    DisplayName: "Sent Items Update service account",
  });

  test("gets a mailbox and the password, and is removed with its resource", async () => {
    const single = await startEmbedded("onPremises");
    const { id, state, prepared } = await make(inputs, single);
    expect(accountOf(single.emulator, "CodeTwoSiuAgent@contoso.com")).toMatchObject({
      password: state.password,
      guid: id,
    });
    single.renew();
    const seen = await lifecycle.read(single.world, id, state);
    expect(seen && lifecycle.diff(seen, prepared).changes).toBe(false);
    const updated = await lifecycle.update(single.world, id, state, prepared);
    expect(updated.password).toBe(state.password);
    single.renew();
    await lifecycle.remove(single.world, id, state);
    expect(() => accountOf(single.emulator, "CodeTwoSiuAgent@contoso.com")).toThrow(/nobody/);
    await single.close();
  });

  test("that a broken run left is taken up with a password that is known", async () => {
    const single = await startEmbedded("onPremises");
    await make(inputs, single);
    accountOf(single.emulator, "CodeTwoSiuAgent@contoso.com").password = "lost";
    single.renew();
    const { state } = await make(inputs, single);
    expect(accountOf(single.emulator, "CodeTwoSiuAgent@contoso.com").password).toBe(state.password);
    await single.close();
  });

  test("whose name somebody else has is refused", async () => {
    const taken = wish("ServiceAccount", {
      ...inputs.inputs,
      Name: "Sent Items Update",
      UserPrincipalName: "siu@contoso.com",
    });
    await expect(make(taken)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });
});

describe("the validation of an outbound connector", () => {
  const connector = (SmartHosts: string[]): Inputs =>
    wish("OutboundConnector", {
      Name: "Relay",
      UseMXRecord: false,
      IsTransportRuleScoped: true,
      SmartHosts,
      TlsSettings: "DomainValidation",
      TlsDomain: "*.codetwo.com",
    });
  const validation = wish("OutboundConnectorValidation", {
    Connector: "Relay",
    Recipients: ["probe@partner.example"],
    Minutes: 1,
  });

  test("waits until the connector works, then marks it validated; later it is no drift", async () => {
    let time = Date.now();
    const slow = await startEmbedded("hybrid", { propagationDelay: 30_000, now: () => time });
    const world = { ...slow.world, wait: async (milliseconds: number) => void (time += milliseconds) };
    const made = await lifecycle.create(world, connector(["contoso.smtp.codetwo.online"]));
    const { state } = await lifecycle.create(world, validation);
    expect(slow.stored("online", "OutboundConnector", "Relay")).toMatchObject({ IsValidated: true });
    const row = slow.stored("online", "OutboundConnector", "Relay");
    if (row) row["IsValidated"] = false;
    slow.renew();
    const seen = await lifecycle.read(slow.world, made.id, state);
    expect(seen && lifecycle.diff(seen, validation).changes).toBe(false);
    await slow.close();
  });

  test("that never succeeds says what was answered and what to do, and marks nothing", async () => {
    let time = Date.now();
    const world = {
      ...embedded.world,
      now: () => time,
      wait: async (milliseconds: number) => void (time += milliseconds),
    };
    const { id, state } = await lifecycle.create(world, connector(["nowhere.example"]));
    const hour = { ...validation, inputs: { ...validation.inputs, Minutes: 5 } };
    await expect(lifecycle.create(world, hour)).rejects.toMatchObject({
      code: "NOT_VALIDATED",
      message: expect.stringMatching(/nowhere\.example has no A record.*run again/i) as string,
    });
    expect(embedded.said.join("\n")).toMatch(
      /^Testing Relay .* 5 minutes at most\.\nRelay does not work yet: .*nowhere/,
    );
    expect(embedded.stored("online", "OutboundConnector", "Relay")).toMatchObject({ IsValidated: false });
    await lifecycle.remove(world, id, state);
  });

  test("that fails for a known mistake of Microsoft's says so", async () => {
    let time = 0;
    const Details = "401 4.5.4 Failed to establish appropriate TLS channel: version mismatch";
    const session = openSession({
      side: "online",
      invoke: async (cmdlet) =>
        cmdlet.startsWith("Get-") ? [{ Name: "Relay" }] : [{ IsTaskSuccessful: false, Details }],
      close: async () => {},
    });
    const wait = async (milliseconds: number): Promise<void> => void (time += milliseconds);
    const world = { ...embedded.world, on: () => session, now: () => time, wait };
    await expect(lifecycle.create(world, validation)).rejects.toThrow(
      /mistake of Microsoft's test, not of the connector/,
    );
  });
});
