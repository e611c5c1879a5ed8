import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../../stacks/config/problem.ts";
import { warnings } from "../../../../stacks/config/rules/rules.ts";
import type { Rule } from "../../../../stacks/config/draft.ts";
import { type Edit, edited, hybrid, load } from "../samples.ts";

/** A text that breaks rules, and what is said: the path, a colon and how the message starts. */
export type Case = readonly [what: string, text: string, ...told: string[]];

export const without = (...path: (string | number)[]): Edit => [path, undefined];
export const journal = {
  via: "journal",
  address: "journal@siu.contoso.com",
  smartHost: "siu.contoso.com",
  listen: { key: "${env:KEY}", certificate: "${env:CERTIFICATE}" },
};
export const connector = {
  via: "connector",
  address: "stamped@siu.contoso.com",
  smartHost: "siu.contoso.com",
  listen: journal.listen,
};
export const relay = { via: "relay", listen: journal.listen, allow: ["192.0.2.0/24"] };
export const mailbox = (read: string) => ({ via: "mailbox", address: "intake@contoso.com", read });
export const credential = {
  clientId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e",
  clientSecret: "${env:SECRET}",
};
export const application = { ...credential, objectId: "6c1d7b32-55b1-49f8-8a0e-7d1b0f6f2a19" };
export const custom = {
  preset: "custom",
  smartHost: "relay.contoso.com",
  serverCertificateName: "relay.contoso.com",
  clientCertificateName: "relay.contoso.com",
  processedHeader: "X-Stamped",
};
export const online = edited(hybrid, [["environment"], "online"], without("connections", "onPremises"), [
  ["serviceAccount"],
  { application },
]);
export const rule = (fields: object) => ({ preset: "signatures", scope: "signatures", ...fields });

/** What is said of a text, without the lines about what this version cannot do, unless they are asked for. */
export function told(text: string, withNotYet: boolean): string[] {
  try {
    return load(text).warnings.map(({ path, message }) => `${path}: ${message}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems
      .filter(({ message }) => withNotYet || !message.startsWith("is right, but"))
      .map(({ path, message }) => `${path}: ${message}`);
  }
}

/** Holds every rule of one file to its cases; a rule without a case fails. */
export function hold(
  list: Readonly<Record<string, Rule>>,
  cases: Readonly<Record<string, readonly Case[]>>,
): void {
  test("every rule has its cases", () =>
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(list).toSorted()));
  for (const [name, ruleCases] of Object.entries(cases))
    describe(`${name in warnings ? "warning" : "mistake"} ${name}`, () => {
      test.each(ruleCases)("%s is told", (_, text, ...expected) => {
        const lines = told(text, name === "notYet");
        expect(lines).toHaveLength(expected.length);
        for (const line of expected) expect(lines).toContainEqual(expect.stringContaining(line));
      });
    });
}
