import { XMLBuilder } from "fast-xml-parser";
import { headline, isDrift, points, type Report } from "./report.ts";

/** JUnit's XML: a test case for each resource, so that a pipeline shows which ones fail, and since when. */
export function junit({ stack, file, findings }: Report): string {
  const counts = { "@tests": findings.length, "@failures": findings.filter(isDrift).length, "@errors": 0 };
  const suite = {
    "@name": `siu drift ${stack}`,
    ...counts,
    "@skipped": findings.filter(({ standing }) => standing === "paused").length,
    "@time": 0,
    testcase: findings.map((finding) => ({
      "@name": finding.title,
      "@classname": `${stack}.${finding.side}`,
      "@time": 0,
      ...(finding.standing === "paused" && { skipped: { "@message": headline(finding) } }),
      ...(isDrift(finding) && {
        failure: {
          "@message": headline(finding),
          "@type": finding.standing,
          "#text": [...points(finding), `${file}:${finding.line}:${finding.column}`]
            .map(printable)
            .join("\n"),
        },
      }),
    })),
  };
  const builder = new XMLBuilder({ attributeNamePrefix: "@", ignoreAttributes: false, format: true });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ testsuites: { ...counts, "@time": 0, testsuite: suite } })}`;
}

/** XML has no place for control characters. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, "\uFFFD");
}
