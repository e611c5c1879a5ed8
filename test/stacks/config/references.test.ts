import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  malformedReference,
  type ReferenceSources,
  resolve,
  resolveNames,
  UnresolvedReferences,
} from "../../../stacks/config/references.ts";
import { edited, hybrid, load } from "./samples.ts";

const sources: ReferenceSources = {
  env: { HOST: "mail01", PASSWORD: "hunter2", EMPTY: "" },
  readFile: (path) => {
    if (path === "/etc/key") return "KEY\nMORE\n";
    throw Object.assign(new Error(`no such file, open '${path}'`), { code: "ENOENT" });
  },
  config: (key) => ({ token: "s3cret" })[key],
};

describe("resolving references", () => {
  test("replaces each one, at any depth and inside a text, and leaves the rest and the original alone", () => {
    const value = {
      a: "${env:PASSWORD}",
      b: ["https://${env:HOST}/x", 1, true, null],
      c: { d: "${file:/etc/key}", e: "${config:token}" },
      f: "$HOST",
    };
    const before = structuredClone(value);
    expect(resolve(value, sources)).toEqual({
      a: "hunter2",
      b: ["https://mail01/x", 1, true, null],
      c: { d: "KEY\nMORE", e: "s3cret" },
      f: "$HOST",
    });
    expect(value).toEqual(before);
  });

  test("names everything that is missing, with its path, and no value", () => {
    const value = {
      a: { b: ["${env:NOBODY}", "${env:EMPTY}${env:PASSWORD}"] },
      c: "${file:/etc/none}",
      d: "${config:other}",
    };
    let told: unknown;
    try {
      resolve(value, sources);
    } catch (error) {
      told = error;
    }
    expect(told).toBeInstanceOf(UnresolvedReferences);
    expect((told as UnresolvedReferences).missing).toEqual([
      "a.b[0]: set the environment variable NOBODY",
      "a.b[1]: set the environment variable EMPTY",
      "c: the file /etc/none cannot be read (ENOENT)",
      "d: run `pulumi config set --secret other`",
    ]);
    expect(String(told)).not.toContain("hunter2");
  });

  test("says of Pulumi's configuration why nobody can read it here", () => {
    const why = (config?: (key: string) => string): unknown => {
      const { config: _, ...others } = sources;
      try {
        return resolve({ a: "${config:key}" }, { ...others, ...(config && { config }) });
      } catch (error) {
        return (error as UnresolvedReferences).missing;
      }
    };
    expect(why()).toEqual([
      "a: only Pulumi knows 'key' (${config:key}): refer to ${env:NAME} or ${file:path} here",
    ]);
    expect(
      why(() => {
        throw new Error("it is encrypted");
      }),
    ).toEqual(["a: it is encrypted"]);
  });

  test("does not look into what a reference stands for", () => {
    expect(resolve("${env:A}", { ...sources, env: { A: "${env:B}", B: "b" } })).toBe("${env:B}");
    expect(resolve("${env:A}", { ...sources, env: { A: "$& $1 $$" } })).toBe("$& $1 $$");
  });

  test("without references is a copy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(resolve(value, sources))).toBe(JSON.stringify(value));
      }),
    );
  });
});

test("names of a configuration are resolved, secrets and connections stay references", () => {
  const text = edited(
    hybrid,
    [["organization", "domain"], "${env:HOST}.contoso.com"],
    [["connections", "onPremises", "autodiscover"], "https://${env:HOST}/x"],
    [["senders"], { include: "only", users: ["anna@${env:HOST}"] }],
  );
  const { config } = load(text);
  expect(resolveNames(config, sources)).toEqual({
    ...config,
    organization: { ...config.organization, domain: "mail01.contoso.com" },
    senders: { include: "only", users: ["anna@mail01"], groups: [] },
  });
});

test("of several ways in the addresses are resolved, the listeners' secrets stay references", () => {
  const listen = { key: "${env:HOST}", certificate: "${env:HOST}" };
  const way = { via: "connector", address: "in@${env:HOST}", smartHost: "siu.contoso.com", listen };
  const { intake } = resolveNames(load(edited(hybrid, [["intake"], [way]])).config, sources);
  expect(intake).toMatchObject([{ address: "in@mail01", listen }]);
});

test("what looks like a reference and is none is found", () => {
  for (const text of ["${evn:A}", "${A}", "${env:}", "x ${env:A", "${env:A} ${file}"])
    expect(malformedReference(text)).toBeDefined();
  for (const text of ["", "$A", "{env:A}", "${env:A}", "https://${env:A}/${file:/b c}"])
    expect(malformedReference(text)).toBeUndefined();
});
