import { headline, isTold, points, summary, type Report } from "./report.ts";

/** For a job's summary or a comment on a pull request. */
export function markdown(report: Report): string {
  const lines = report.findings
    .filter(isTold)
    .flatMap((finding) => [
      `- **${plain(headline(finding))}** ([${report.file}:${finding.line}](${report.file}#L${finding.line}))`,
      ...points(finding).map((each) => `  - ${plain(each)}`),
    ]);
  return [
    `## Drift of ${plain(report.stack)}`,
    "",
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    summary(report),
    "",
  ].join("\n");
}

/** What somebody wrote into Exchange makes no markup. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|]/g, (each) => `\\${each}`).replaceAll(/\s+/g, " ");
}
