import { headline, isDrift, meanings, points, type Report } from "./report.ts";

/** SARIF 2.1.0 (OASIS): GitHub code scanning and Azure DevOps show each finding at its line of the stack's file. */
export function sarif(report: Report): string {
  const ids = Object.keys(meanings).filter((id) => id !== "as-declared");
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "siu drift",
            rules: Object.entries(meanings)
              .filter(([id]) => ids.includes(id))
              .map(([id, meaning]) => ({
                id,
                shortDescription: { text: `A resource ${meaning}.` },
                defaultConfiguration: { level: "error" },
              })),
          },
        },
        // One analysis for each stack, so that the results of one do not close those of another.
        automationDetails: { id: `siu-drift/${report.stack}/` },
        columnKind: "utf16CodeUnits",
        results: report.findings.filter(isDrift).map((finding) => ({
          ruleId: finding.standing,
          ruleIndex: ids.indexOf(finding.standing),
          level: "error",
          message: { text: [`${headline(finding)}.`, ...points(finding)].join("\n") },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(report.file) },
                region: { startLine: finding.line, startColumn: finding.column },
              },
            },
          ],
          partialFingerprints: { "siuResource/v1": `${report.stack}/${finding.side}/${finding.resource}` },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}
