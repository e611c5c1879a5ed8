import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { json } from "../../../../stacks/cli/drift/json.ts";
import { junit } from "../../../../stacks/cli/drift/junit.ts";
import { markdown } from "../../../../stacks/cli/drift/markdown.ts";
import type { Located, Report } from "../../../../stacks/cli/drift/report.ts";
import { sarif } from "../../../../stacks/cli/drift/sarif.ts";
import { text } from "../../../../stacks/cli/drift/text.ts";

const fine: Located = {
  resource: "inbound-connector",
  title: "InboundConnector 'In'",
  side: "online",
  standing: "as-declared",
  changes: [],
  unmet: [],
  line: 3,
  column: 1,
  path: "connectors.inbound",
};
/** With what somebody may write into Exchange to break a report. */
const changed: Located = {
  ...fine,
  resource: "rule-x",
  title: "TransportRule 'A <b> & \"c\" ]]> | `d`'",
  standing: "changed",
  changes: [
    { parameter: "Enabled", want: "true", have: "false" },
    { parameter: "From", want: ["a@contoso.com"], have: null },
    { parameter: "SubjectContainsWords", want: null, have: "\u0001 <script>" },
  ],
  line: 12,
  column: 5,
};
const unmet: Located = {
  ...fine,
  resource: "accepted-domain",
  title: "AcceptedDomain",
  standing: "unmet",
  unmet: ["It is missing. Add it."],
};
const off: Located = { ...changed, standing: "paused", changes: [] };
const report: Report = { stack: "demo", file: "stacks/demo.yaml", findings: [fine, changed, unmet] };
const clean: Report = { ...report, findings: [fine] };

test("text names the line, and each value", () => {
  expect(text(report)).toBe(
    [
      "TransportRule 'A <b> & \"c\" ]]> | `d`' is not as declared  stacks/demo.yaml:12:5",
      '  Enabled is "false" instead of "true"',
      '  From is not set instead of ["a@contoso.com"]',
      '  SubjectContainsWords is "\\u0001 <script>" instead of not set',
      "AcceptedDomain is not met  stacks/demo.yaml:3:1",
      "  It is missing. Add it.",
      "2 of 3 resources differ from the file.",
      "",
    ].join("\n"),
  );
  expect(text(clean)).toBe("Exchange is as declared: 1 resources, no drift.\n");
});

test("json is the report, and says whether there is drift", () => {
  expect(JSON.parse(json(report))).toEqual({ drift: true, ...report });
  expect(JSON.parse(json(clean))).toMatchObject({ drift: false });
});

test("markdown links the line, and nothing of Exchange becomes markup", () => {
  const told = markdown(report);
  expect(told).toContain("([stacks/demo.yaml:12](stacks/demo.yaml#L12))");
  expect(told).not.toMatch(/<script>|<b>/);
  expect(told).toContain("\\<script\\>");
});

test("SARIF validates against the schema of 2.1.0, and points to the line", () => {
  const file = createRequire(import.meta.url).resolve(
    "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
  );
  const {
    id: _id,
    $schema: _schema,
    ...schema
  } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  // The schema is of draft 4, which needs nothing that later ones changed.
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
  for (const each of [report, clean]) {
    const log: unknown = JSON.parse(sarif(each));
    expect([validate(log), validate.errors]).toEqual([true, null]);
  }
  expect(validate({ version: "2.1.0", runs: [{}] })).toBe(false);
  expect(JSON.parse(sarif(report))).toMatchObject({
    runs: [
      {
        results: [
          {
            ruleId: "changed",
            message: { text: expect.stringContaining('Enabled is "false" instead of "true"') as string },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "stacks/demo.yaml" },
                  region: { startLine: 12, startColumn: 5 },
                },
              },
            ],
          },
          { ruleId: "unmet" },
        ],
      },
    ],
  });
});

test("what is paused is told, and is no drift in any form", () => {
  const paused: Report = { ...report, findings: [fine, off] };
  expect(text(paused)).toMatch(/is paused: it stays off until siu resume .*\n.*no drift\. 1 is paused\.\n$/);
  expect(JSON.parse(json(paused))).toMatchObject({ drift: false });
  expect(JSON.parse(sarif(paused))).toMatchObject({
    runs: [{ results: [{ ruleId: "paused", level: "note" }] }],
  });
  expect(junit(paused)).toMatch(/failures="0"[^>]*skipped="1"/);
});

test("JUnit is XML that a parser reads, with a test case for each resource", () => {
  const told = junit(report);
  expect(XMLValidator.validate(told)).toBe(true);
  expect(told).not.toContain("\u0001");
  const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(told) as {
    testsuites: { tests: string; failures: string; testsuite: { testcase: Record<string, unknown>[] } };
  };
  expect([testsuites.tests, testsuites.failures]).toEqual(["3", "2"]);
  expect(testsuites.testsuite.testcase).toMatchObject([
    { name: "InboundConnector 'In'", classname: "demo.online" },
    {
      name: changed.title,
      failure: { type: "changed", message: expect.stringContaining("is not as declared") as string },
    },
    { failure: { type: "unmet" } },
  ]);
});
