import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ObjectKind } from "../../providers/kind.ts";
import { kinds } from "../../providers/kinds/all.ts";
import { kindsPage, page } from "./kinds-page.ts";

const text = kindsPage();
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section]),
);
const objects = Object.entries(kinds).filter(
  (entry): entry is [string, ObjectKind] => entry[1].is === "object",
);

test("docs/kinds.md is up to date: run `npm run kinds`", () => {
  expect(readFileSync(page, "utf8")).toBe(text);
});

test("every kind has its section", () => {
  expect([...sections.keys()]).toEqual(Object.keys(kinds));
});

describe.each(objects)("%s", (name, kind) => {
  const row = (property: string): string =>
    new RegExp(`^\\| \`${property}\` .*$`, "m").exec(sections.get(name) ?? "")?.[0] ?? "";

  test("tells what is immutable, secret, the mark, rewritten, and read under another name", () => {
    for (const property of kind.fixed) expect(row(property)).toContain("immutable");
    if (kind.secret !== undefined) expect(row(kind.secret)).toContain("secret");
    if (kind.mark !== undefined) expect(row(kind.mark)).toContain("the mark");
    for (const [property, read] of Object.entries(kind.properties))
      expect(row(property)).toContain(`read as \`${read}\``);
  });

  test("names every property that has a default", () => {
    const unnamed = Object.keys(kind.defaults).filter(
      (property) => !sections.get(name)?.includes(`\`${property}\``),
    );
    expect(unnamed).toEqual([]);
  });
});

test.each([
  ["InboundConnector", "RequireTls", ""],
  ["InboundConnector", "TlsSenderCertificateName", "`connectors.inbound.certificateName`"],
  ["OutboundConnector", "SmartHosts", "`connectors.outbound.smartHost`"],
  ["TransportRule", "SentToScope", "`transportRules[].internalMail`"],
  ["TransportRule", "FromMemberOf", "`senderScopes.<name>.group`"],
])("%s %s is told with the keys of the file that change it", (name, property, keys) => {
  const line = (sections.get(name) ?? "").split("\n").find((each) => each.startsWith(`| \`${property}\` |`));
  expect(line?.split(" | ")[1]).toContain(keys);
});
