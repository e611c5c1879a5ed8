import { expect, test } from "vitest";
import { resolve } from "../../reconciler/references.ts";

const sources = {
  env: { NAME: "secret", EMPTY: "" },
  readFile: (path: string) => {
    if (path === "/there") return "text\n";
    throw Object.assign(new Error("no"), { code: "ENOENT" });
  },
};

test("references anywhere in a value become what they stand for; the value itself is left as it was", () => {
  const value = { a: ["x ${env:NAME} y", 1], b: { c: "${file:/there}" } };
  expect(resolve(value, sources)).toEqual({ a: ["x secret y", 1], b: { c: "text" } });
  expect(value.b.c).toBe("${file:/there}");
});

test("everything that leads nowhere is told at once, by path and name, never by value", () => {
  const value = {
    a: "${env:NONE}",
    b: ["${file:/gone}"],
    c: "${config:key}",
    d: "${env:EMPTY}",
    e: "${env:NAME}",
  };
  const attempt = () => resolve(value, sources);
  for (const part of [/a: .*NONE/, /b\[0\]: .*\/gone.*ENOENT/, /c: .*Pulumi/, /d: .*EMPTY/])
    expect(attempt).toThrow(part);
  expect(attempt).not.toThrow(/secret/);
});
