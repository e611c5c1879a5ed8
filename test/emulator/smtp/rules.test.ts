import { expect, test } from "vitest";
import type { Row } from "../store.ts";
import { all, external, facts, hit, internal, judge } from "./rule-scene.ts";

test("a rule without conditions matches everything", () => {
  expect(hit({})).toEqual(all);
});

test("FromScope asks for an accepted domain and an authenticated sender", () => {
  expect(hit({ FromScope: "InOrganization" })).toEqual(all);
  expect(hit({ FromScope: "InOrganization" }, facts({ authenticated: false }))).toEqual([]);
  expect(hit({ FromScope: "NotInOrganization" }, facts({ authenticated: false }))).toEqual(all);
  expect(hit({ FromScope: "InOrganization" }, facts({ headerSenders: ["x@partner.example"] }))).toEqual([]);
});

test("FromMemberOf opens nested groups, circles too, and knows every address of a member", () => {
  const felix = facts({ headerSenders: ["felix.alias@contoso.com"] });
  for (const group of ["signatures@contoso.com", "signatures", "guid-signatures"]) {
    expect(hit({ FromMemberOf: [group] }, felix)).toEqual(all);
  }
  expect(
    hit({ FromMemberOf: "signatures@contoso.com" }, facts({ headerSenders: ["ben@contoso.com"] })),
  ).toEqual([]);
  expect(hit({ FromMemberOf: ["gone@contoso.com"] }, felix)).toEqual([]);
});

test.each([
  ["Header", "header", true],
  ["Header", "envelope", false],
  ["Envelope", "envelope", true],
  ["Envelope", "header", false],
  ["HeaderOrEnvelope", "envelope", true],
  ["HeaderOrEnvelope", "header", true],
])("SenderAddressLocation %s looks for a sender in the %s: %s", (location, place, found) => {
  const other = "x@partner.example";
  const given = facts({
    headerSenders: [place === "header" ? "anna@contoso.com" : other],
    envelopeSender: place === "envelope" ? "anna@contoso.com" : other,
  });
  expect(hit({ From: ["anna@contoso.com"], SenderAddressLocation: location }, given)).toEqual(
    found ? all : [],
  );
});

test("the pattern <> does not find an empty sender", () => {
  const rule = { ExceptIfFromAddressMatchesPatterns: ["<>"], SenderAddressLocation: "HeaderOrEnvelope" };
  expect(hit(rule, facts({ envelopeSender: "" }))).toEqual(all);
  expect(hit(rule, facts({ envelopeSender: "", headerSenders: [] }))).toEqual(all);
});

test("a header matches by pattern, contains by whole word, and only the named header counts", () => {
  const given = facts({ headers: { "x-codetwoprocessed": ["true"], "x-direction": ["Originating; more"] } });
  expect(
    hit({ HeaderMatchesMessageHeader: "X-CodeTwoProcessed", HeaderMatchesPatterns: ["^true$"] }, given),
  ).toEqual(all);
  expect(hit({ HeaderMatchesMessageHeader: "X-Other", HeaderMatchesPatterns: ["^true$"] }, given)).toEqual(
    [],
  );
  expect(
    hit({ HeaderContainsMessageHeader: "X-Direction", HeaderContainsWords: "originating" }, given),
  ).toEqual(all);
  expect(hit({ HeaderContainsMessageHeader: "X-Direction", HeaderContainsWords: ["Origin"] }, given)).toEqual(
    [],
  );
  const except = {
    ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
    ExceptIfHeaderMatchesPatterns: "true",
  };
  expect(hit(except, given)).toEqual([]);
  expect(hit(except)).toEqual(all);
});

test.each<[Row, boolean]>([
  [{ SubjectContainsWords: ["offer"] }, true],
  [{ SubjectContainsWords: ["off"] }, false],
  [{ SubjectMatchesPatterns: [String.raw`\d{4}$`] }, true],
  [{ SubjectOrBodyContainsWords: ["morning"] }, true],
  [{ SubjectOrBodyMatchesPatterns: ["^good"] }, true],
  [{ FromAddressContainsWords: ["anna"] }, true],
  [{ FromAddressMatchesPatterns: ["@contoso\\.com$"] }, true],
  [{ SenderDomainIs: ["contoso.com"] }, true],
  [{ SenderDomainIs: ["toso.com"] }, false],
  [{ MessageTypeMatches: "Calendaring" }, false],
  [{ WithImportance: "Normal" }, true],
  [{ MessageSizeOver: "500 B (500 bytes)" }, true],
  [{ MessageSizeOver: "1KB" }, false],
  [{ AttachmentNameMatchesPatterns: ["^prices"] }, true],
  [{ AttachmentExtensionMatchesWords: ["csv"] }, true],
  [{ AnyOfToHeader: ["ben"] }, true],
  [{ AnyOfCcHeader: ["ben"] }, false],
  [{ AnyOfToCcHeaderMemberOf: ["signatures"] }, false],
])("%j: %s", (rule, expected) => {
  expect(hit(rule)).toEqual(expected ? all : []);
  const [[name, value] = ["", ""]] = Object.entries(rule);
  expect(hit({ [`ExceptIf${name}`]: value })).toEqual(expected ? [] : all);
});

test.each<[Row, string[]]>([
  [{ SentToScope: "NotInOrganization" }, [external]],
  [{ SentToScope: "InOrganization" }, [internal]],
  [{ ExceptIfSentToScope: "InOrganization" }, [external]],
  [{ SentTo: ["ben"] }, [internal]],
  [{ SentToMemberOf: ["signatures"] }, []],
  [{ RecipientDomainIs: ["partner.example"] }, [external]],
  [{ RecipientAddressContainsWords: ["partner"] }, [external]],
  [{ RecipientAddressMatchesPatterns: ["^ben"] }, [internal]],
])("%j forks off %j", (rule, expected) => {
  expect(hit(rule)).toEqual(expected);
});

test("forks go on separately: each rule adds to those whom it matches", () => {
  const verdict = judge([
    { SentToScope: "NotInOrganization", RouteMessageOutboundConnector: "relay" },
    { BlindCopyTo: ["sales", "archive@fabrikam.example"] },
  ]);
  expect(verdict).toMatchObject({
    forks: [
      {
        recipients: [external],
        actions: {
          matched: ["R0", "R1"],
          connector: "relay",
          added: { to: [], cc: [], bcc: ["sales@contoso.com", "archive@fabrikam.example"] },
        },
      },
      { recipients: [internal], actions: { matched: ["R1"] } },
    ],
  });
});

test("rules go by priority, and StopRuleProcessing ends them for its own fork", () => {
  const verdict = judge([
    { Name: "late", Priority: 9, SetHeaderName: "X", SetHeaderValue: "late" },
    {
      Name: "early",
      Priority: 1,
      SentToScope: "InOrganization",
      StopRuleProcessing: true,
      SetHeaderName: "X",
      SetHeaderValue: "early",
    },
  ]);
  expect(verdict).toMatchObject({
    forks: [
      { recipients: [internal], actions: { matched: ["early"] } },
      { recipients: [external], actions: { matched: ["late"] } },
    ],
  });
});

test("disabled rules and rules that only audit do nothing", () => {
  for (const off of [{ State: "Disabled" }, { Mode: "Audit" }, { Mode: "AuditAndNotify" }])
    expect(hit(off)).toEqual([]);
});

test.each([
  [{ RouteMessageOutboundConnector: "Gone" }, "'Gone' does not exist"],
  [{ RouteMessageOutboundConnector: "Off" }, "'Off' does not exist, or is turned off"],
  [{ SubjectMatchesPatterns: ["("] }, "Invalid regular expression"],
  [{ RecipientInSenderList: ["Allow"] }, "RecipientInSenderList is not supported"],
  [{ SentToScope: "ExternalPartner" }, "partner domains"],
])("a rule that cannot be judged (%j) defers or is ignored, as it says", (rule, why) => {
  expect(judge([{ ...rule, RuleErrorAction: "Defer" }])).toEqual({
    defer: { rule: "R0", why: expect.stringContaining(why) },
  });
  expect(judge([{ ...rule, RuleErrorAction: "Ignore" }])).toMatchObject({
    forks: [{ recipients: all, actions: { matched: [] } }],
    ignored: [{ rule: "R0", why: expect.stringContaining(why) }],
  });
});

test("conditions that are printed as null, empty or false are none", () => {
  expect(
    hit({ From: null, SubjectContainsWords: [], SentToScope: "", HasNoClassification: false, SCLOver: null }),
  ).toEqual(all);
});

test("reject, delete, redirect and header changes are told", () => {
  const told = (rule: Row): unknown => judge([rule], facts(), [internal]);
  expect(told({ RejectMessageReasonText: "No", RejectMessageEnhancedStatusCode: "5.7.9" })).toMatchObject({
    forks: [{ actions: { reject: "550 5.7.9 TRANSPORT.RULES.RejectMessage; No" } }],
  });
  expect(told({ DeleteMessage: true })).toMatchObject({
    forks: [{ actions: { drop: expect.stringContaining("deleted") } }],
  });
  expect(told({ RedirectMessageTo: ["anna"] })).toMatchObject({
    forks: [{ recipients: ["anna@contoso.com"] }],
  });
  expect(told({ RemoveHeader: "X-A", PrependSubject: "[E] " })).toMatchObject({
    forks: [{ actions: { removeHeaders: ["X-A"], subjectPrefix: "[E] " } }],
  });
});
