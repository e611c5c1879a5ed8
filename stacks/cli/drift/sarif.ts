import type { Standing } from "../../../providers/drift.ts";
import { headline, isTold, meanings, points, type Report } from "./report.ts";

/** SARIF 2.1.0 (OASIS): GitHub code scanning and Azure DevOps show each finding at its line of the stack's file. */
export function sarif(report: Report): string {
  const ids: Standing[] = (Object.keys(meanings) as Standing[]).filter((id) => id !== "as-declared");
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "siu drift",
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: `A resource ${meanings[id]}.` },
              defaultConfiguration: { level: levelOf(id) },
            })),
          },
        },
        // One analysis for each stack, so that the results of one do not close those of another.
        automationDetails: { id: `siu-drift/${report.stack}/` },
        columnKind: "utf16CodeUnits",
        results: report.findings.filter(isTold).map((finding) => ({
          ruleId: finding.standing,
          ruleIndex: ids.indexOf(finding.standing),
          level: levelOf(finding.standing),
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

function levelOf(standing: Standing): "note" | "error" {
  return standing === "paused" ? "note" : "error";
}
