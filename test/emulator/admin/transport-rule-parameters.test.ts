import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Row } from "../store.ts";
import { startSessions, type Sessions } from "./sessions.ts";
import {
  actions,
  addressees,
  attributeTests,
  groups,
  pairs,
  people,
  predicates,
} from "./transport-rule-predicates.ts";
import type { ParameterType } from "./parameter.ts";

let sessions: Sessions;
beforeAll(async () => {
  sessions = await startSessions();
  await sessions.online.must("New-OutboundConnector", {
    Name: "Relay",
    ConnectorType: "OnPremises",
    IsTransportRuleScoped: true,
    UseMXRecord: false,
    SmartHosts: ["contoso.smtp.codetwo.online"],
  });
});
afterAll(() => sessions.close());

const bare = (name: string): string => name.replace(/^ExceptIf/, "");
/** Values that a type alone does not suggest: what is written, and what comes back where that differs. */
const samples: Record<string, [unknown, unknown?]> = {
  ...Object.fromEntries(people.map((name) => [name, ["ANNA.WEBER", ["anna.weber@contoso.com"]]])),
  ...Object.fromEntries(
    addressees.map((name) => [name, ["somebody@partner.example", ["somebody@partner.example"]]]),
  ),
  ...Object.fromEntries(groups.map((name) => [name, ["Sales", ["sales@contoso.com"]]])),
  ...Object.fromEntries(
    attributeTests.map((name) => [bare(name), ["Department:Sales,Legal", ["Department:Sales,Legal"]]]),
  ),
  AttachmentSizeOver: ["500KB", "500 KB (512,000 bytes)"],
  MessageSizeOver: [5_242_880, "5 MB (5,242,880 bytes)"],
  GenerateIncidentReport: ["Anna Weber", "anna.weber@contoso.com"],
  MessageContainsDataClassifications: [[{ Name: "Credit Card Number", minCount: 1 }]],
  RejectMessageEnhancedStatusCode: ["5.7.900"],
  RouteMessageOutboundConnector: ["relay", "Relay"],
  SCLOver: [5],
  SetSCL: [-1],
};

function sample(name: string, type: ParameterType): [unknown, unknown?] {
  const own = samples[bare(name)];
  if (own) return own;
  if (type.kind === "flag") return [true];
  if (type.kind === "oneOf") return [type.values?.[0]?.toLowerCase(), type.values?.[0]];
  return type.kind === "list" ? ["one", ["one"]] : ["X-Text"];
}

/** What a parameter cannot be without: its pair, or an action. */
function company(name: string): Row {
  const pair = pairs.find((each) => each.some((one) => one === name));
  const [first, second] = pair ?? [];
  return {
    ...(name in actions ? {} : { PrependSubject: "[x]" }),
    ...(first === undefined || second === undefined
      ? {}
      : { [first]: "X-Text", [second]: second.endsWith("Operator") ? "Equal" : ["one"] }),
    ...(name.startsWith("SetHeader") ? { SetHeaderName: "X-Text", SetHeaderValue: "X-Text" } : {}),
    ...(name === "IncidentReportContent" ? { GenerateIncidentReport: "anna.weber" } : {}),
    ...(name.startsWith("ApplyHtmlDisclaimer") ? { ApplyHtmlDisclaimerText: "X-Text" } : {}),
  };
}

const onlyOnline =
  /^(ExceptIf)?(RecipientInSenderList|SenderInRecipientList)$|^(ApplyOME|ApplyRightsProtectionCustomizationTemplate|RemoveOME|RemoveOMEv2|RemoveRMSAttachmentEncryption|RouteMessageOutboundConnector)$/;

describe.each(["online", "onPremises"] as const)("a transport rule %s", (side) => {
  const known = Object.entries({ ...predicates, ...actions }).filter(
    ([name]) => side === "online" || !onlyOnline.test(name),
  );

  test.each(known.map(([name, type]) => [name, type] as const))(
    "takes, keeps and clears %s",
    async (name, type) => {
      const session = sessions[side];
      const [written, printed = written] = sample(name, type);
      await session.must("New-TransportRule", { Name: name, ...company(name), [name]: written });
      const [row] = await session.must("Get-TransportRule", { Identity: name });
      expect(row?.[name]).toEqual(printed);
      const conditions =
        row?.[name in actions ? "Actions" : name.startsWith("ExceptIf") ? "Exceptions" : "Conditions"];
      expect(conditions).toEqual([
        expect.stringMatching(/^Microsoft\.Exchange\.MessagingPolicies\.Rules\.Tasks\./),
      ]);
      if (!(name in company(name)) && !(name in actions)) {
        await session.must("Set-TransportRule", {
          Identity: name,
          [name]: type.kind === "flag" ? false : null,
        });
        const [cleared] = await session.must("Get-TransportRule", { Identity: name });
        expect(cleared?.[name]).toBe(type.kind === "flag" ? false : null);
      }
      await session.must("Remove-TransportRule", { Identity: name });
    },
  );
});

const file = new URL("../../../../shared/reference/cmdlets/transport-rule-parameters.json", import.meta.url);
test.skipIf(!existsSync(file))(
  "every condition, exception and action of the reference is among them (skipped where ../shared is missing)",
  () => {
    const reference = JSON.parse(readFileSync(file, "utf8")) as Record<
      "conditions" | "exceptions" | "actions",
      { name: string; applicable: string[] }[]
    >;
    const missing = [...reference.conditions, ...reference.exceptions, ...reference.actions]
      .filter(({ applicable }) => applicable.some((product) => /Online$|Server SE$/.test(product)))
      .map(({ name }) => name)
      .filter((name) => !(name in predicates) && !(name in actions));
    // These are properties of the rule as a whole.
    expect(missing).toEqual(["ExpiryDate", "SetAuditSeverity", "StopRuleProcessing"]);
  },
);

test("what belongs to an action is filled in as Exchange does it", async () => {
  const read = async (parameters: Row): Promise<Row> => {
    await sessions.online.must("New-TransportRule", { Name: "filled", ...parameters });
    const [row] = await sessions.online.must("Get-TransportRule", { Identity: "filled" });
    await sessions.online.must("Remove-TransportRule", { Identity: "filled" });
    return row ?? {};
  };
  expect(await read({ ApplyHtmlDisclaimerText: "x" })).toMatchObject({
    ApplyHtmlDisclaimerLocation: "Append",
    ApplyHtmlDisclaimerFallbackAction: "Wrap",
    Actions: ["Microsoft.Exchange.MessagingPolicies.Rules.Tasks.ApplyHtmlDisclaimerAction"],
  });
  expect(await read({ RejectMessageReasonText: "no" })).toMatchObject({
    RejectMessageEnhancedStatusCode: "5.7.1",
  });
  expect(await read({ GenerateIncidentReport: "anna.weber" })).toMatchObject({
    IncidentReportContent: ["Sender", "Recipients", "Subject"],
  });
});

test.each([
  [{ SetSCL: 12 }, /between -1 and 9/],
  [{ RejectMessageEnhancedStatusCode: "4.7.1" }, /5\.7\.1/],
  [{ SetHeaderName: "X-A" }, /must be used together/],
  [{ RemoveHeader: "not a header" }, /valid header name/],
  [{ PrependSubject: "x", SenderADAttributeContainsWords: ["Sales"] }, /Attribute:value/],
  [{ PrependSubject: "x", ADComparisonAttribute: "City" }, /must be used together/],
  [{ PrependSubject: "x", DlpPolicy: "p" }, /retired/],
  [
    { PrependSubject: "x", Name: "n".repeat(65) },
    /maximum length is 64 and the length of the value provided is 65/,
  ],
])("a transport rule is refused with %j", async (parameters, message) => {
  const { error } = await sessions.online.run("New-TransportRule", { Name: "x", ...parameters });
  expect(error).toMatch(message);
});
