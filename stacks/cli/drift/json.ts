import { isDrift, type Report } from "./report.ts";

/** For programs: the report itself, and whether there is drift. */
export function json(report: Report): string {
  return `${JSON.stringify({ drift: report.findings.some(isDrift), ...report })}\n`;
}
