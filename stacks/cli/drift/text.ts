import { paint } from "../terminal.ts";
import { headline, isTold, points, summary, type Report } from "./report.ts";

/** For people at a terminal. */
export function text(report: Report): string {
  const lines = report.findings.filter(isTold).flatMap((finding) => {
    const { line, column } = finding;
    const where = paint("dim", `${report.file}:${line}:${column}`);
    return [`${headline(finding)}  ${where}`, ...points(finding).map((each) => `  ${each}`)];
  });
  return [...lines, summary(report), ""].join("\n");
}
