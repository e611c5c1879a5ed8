import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as rules from "../../../../stacks/config/rules/transport-rules.ts";
import { resolved, rootSchema } from "../../../../stacks/config/schema.ts";
import { edited, hybrid, onPremises } from "../samples.ts";
import { hold, told } from "./cases.ts";

const mine = (parameters: object, fields: object = {}, text = hybrid): string =>
  edited(
    text,
    [["transportRules"], [{ preset: "custom", name: "Mine", ...fields, parameters }]],
    [["senderScopes"], {}],
  );
const ownServers = (parameters: object): string =>
  edited(onPremises, [["transportRules"], [{ preset: "custom", name: "Mine", parameters }]]);
const at = "transportRules[0].parameters";

hold(rules, {
  rulesHaveTheirSide: [
    [
      "a rule of a side that is not there",
      edited(onPremises, [
        ["transportRules"],
        [{ preset: "custom", name: "Mine", side: "online", parameters: { PrependSubject: "[x]" } }],
      ]),
      "transportRules[0].side: must go: the environment onPremises has no such side",
    ],
  ],
  parametersExistThere: [
    [
      "an action of Exchange Online on servers of one's own",
      ownServers({ RouteMessageOutboundConnector: "Relay" }),
      `${at}.RouteMessageOutboundConnector: must go: it exists only in Exchange Online`,
    ],
    [
      "the same in a hybrid organization, by the rule's side",
      mine({ Quarantine: true }, { side: "onPremises" }),
      `${at}.Quarantine: must go: it exists only in Exchange Online`,
    ],
  ],
  partnersAreOnPremises: [
    [
      "partners in Exchange Online",
      mine({ SentToScope: "ExternalPartner", PrependSubject: "[x]" }),
      `${at}.SentToScope: must be InOrganization or NotInOrganization`,
    ],
  ],
  parametersAreInUse: [
    [
      "what Microsoft has retired, with its successor",
      mine({ ApplyOME: true, RemoveOME: true, IncidentReportOriginalMail: "IncludeOriginalMail" }),
      `${at}.ApplyOME: must go. Encryption of this kind has ended: use ApplyRightsProtectionTemplate: Encrypt`,
      `${at}.RemoveOME: must go. Encryption of this kind has ended: use RemoveOMEv2`,
      `${at}.IncidentReportOriginalMail: must go. Use IncidentReportContent: [AttachOriginalMail]`,
    ],
    [
      "what another key says",
      mine({ Priority: 0, Name: "x", PrependSubject: "[x]" }),
      `${at}.Priority: must go. Every rule that is inserted shifts it: use the keys before and after`,
      `${at}.Name: must go. It is the rule's key name`,
    ],
  ],
  parametersGoTogether: [
    [
      "half a condition",
      mine({ HeaderMatchesMessageHeader: "X-A", PrependSubject: "[x]" }),
      `${at}.HeaderMatchesMessageHeader: must not stand alone: it works together with HeaderMatchesPatterns`,
    ],
    [
      "the manner of an action that is not there",
      mine({ ApplyHtmlDisclaimerLocation: "Append", PrependSubject: "[x]" }),
      `${at}.ApplyHtmlDisclaimerLocation: must not stand alone: it works together with ApplyHtmlDisclaimerText`,
    ],
  ],
  rulesAct: [
    [
      "a rule of conditions alone",
      mine({ FromScope: "InOrganization", Mode: "Enforce" }),
      `${at}: must hold an action`,
    ],
  ],
  rulesBeginBeforeTheyEnd: [
    [
      "a rule that expires before it begins",
      mine({ PrependSubject: "[x]", ActivationDate: "2027-01-02", ExpiryDate: "2027-01-01" }),
      `${at}.ExpiryDate: must be later than ActivationDate`,
    ],
  ],
});

describe("the parameters of a rule of one's own", () => {
  test.each([
    [{ FromScoop: "InOrganization" }, "FromScoop: is no key of this section; did you mean FromScope?"],
    [
      { Elsewhere: 1 },
      "Elsewhere: is no key of this section; it holds parameters of New-TransportRule by name",
    ],
    [{ FromScope: "Inside" }, "FromScope: must be InOrganization or NotInOrganization"],
    [{ DeleteMessage: "yes" }, "DeleteMessage: must be true or false"],
    [{ SetSCL: 12 }, "SetSCL: must be a whole number from -1 to 9"],
    [{ MessageSizeOver: "big" }, "MessageSizeOver: must be a size such as 500KB or 10MB"],
    [{ From: [] }, "From: must be one text, or a list of texts"],
    [
      { SubjectContainsWords: ["x".repeat(129)] },
      "SubjectContainsWords[0]: must be a word or phrase of at most 128",
    ],
    [{ SenderADAttributeContainsWords: "Sales" }, "SenderADAttributeContainsWords: must be Attribute:value"],
    [
      { RejectMessageEnhancedStatusCode: "4.7.1" },
      "RejectMessageEnhancedStatusCode: must be 5.7.1, or a code from",
    ],
    [{ ExpiryDate: "tomorrow" }, "ExpiryDate: must be a moment such as"],
  ])("%j is told", (parameters, message) => {
    const lines = told(mine({ PrependSubject: "[x]", ...parameters }), true);
    expect(lines).toContainEqual(expect.stringContaining(`${at}.${message}`));
  });
});

interface Documented {
  name: string;
  type: string;
  applicable: string[];
  validValues?: string[];
}
type Reference = Record<"conditions" | "exceptions" | "actions" | "ruleProperties", Documented[]>;
const file = new URL(
  "../../../../../shared/reference/cmdlets/transport-rule-parameters.json",
  import.meta.url,
);

describe.skipIf(!existsSync(file))("Microsoft's reference (skipped where ../shared is missing)", () => {
  const reference = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Reference) : undefined;
  const documented = reference
    ? [...reference.conditions, ...reference.exceptions, ...reference.actions, ...reference.ruleProperties]
    : [];
  const known = rootSchema.$defs["RuleParameters"]?.properties ?? {};
  const kinds: Record<string, string> = {
    Boolean: "RuleFlag",
    ByteQuantifiedSize: "RuleSize",
    DateTime: "RuleDate",
    HeaderName: "RuleHeader",
    "Hashtable[]": "RuleTables",
    SclValue: "RuleScl",
  };

  test("has every parameter that the schema has, and the schema every one of it", () => {
    const invented = [
      "MessageContainsAllDataClassifications",
      "ExceptIfMessageContainsAllDataClassifications",
    ];
    expect(Object.keys(known).toSorted()).toEqual(
      [...new Set([...documented.map(({ name }) => name), ...invented])].toSorted(),
    );
  });

  test.each(
    documented.filter(({ name }) => !known[name]?.deprecated).map((each) => [each.name, each] as const),
  )("%s has the schema's type, values and side", (name, { type, applicable, validValues }) => {
    const schema = known[name] ?? {};
    const choices = schema.enum ?? schema.items?.enum;
    if (validValues && type !== "Boolean") expect(choices).toEqual(validValues);
    else {
      const list = /\[\]$|^MultiValuedProperty$/.test(type) && type !== "Hashtable[]";
      const kind = schema.$ref?.replace("#/$defs/", "") ?? "";
      if (list) expect(kind).toMatch(/^Rule(List|Words|Attributes)$/);
      else expect(kind).toBe(kinds[type] ?? "RuleText");
      expect(resolved(schema).type).toBeDefined();
    }
    // On-premises it works on Edge Transport servers only.
    const online = name === "Quarantine";
    const sides = ["Exchange Server SE", "Exchange Online"].map((product) => applicable.includes(product));
    expect(schema.side).toBe(
      sides[0] && sides[1] && !online ? undefined : sides[0] && !online ? "onPremises" : "online",
    );
  });
});
