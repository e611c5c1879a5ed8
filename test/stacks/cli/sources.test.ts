import { expect, test } from "vitest";
import { plainValue, sourcesOf } from "../../../stacks/cli/sources.ts";

const settings = `encryptionsalt: v1:abc
config:
  sent-items-update:user: admin@contoso.com
  sent-items-update:port: 25
  sent-items-update:password:
    secure: v1:def
`;

test.each([
  ["user", { text: "admin@contoso.com" }],
  ["port", { text: "25" }],
  ["password", "secret"],
  ["other", undefined],
])("of Pulumi's configuration '%s' is %j", (key, value) => {
  expect(plainValue(settings, `sent-items-update:${key}`)).toEqual(value);
});

test.each(["", "encryptionsalt: v1:abc\n"])("settings without configuration say nothing: %j", (empty) => {
  expect(plainValue(empty, "sent-items-update:user")).toBeUndefined();
});

test("files are read from the project's folder, and a stack without settings of Pulumi has no values", () => {
  const { config, readFile } = sourcesOf("of-nobody");
  expect(config?.("user")).toBeUndefined();
  expect(readFile("Pulumi.yaml")).toContain("name: sent-items-update");
});
