import fc from "fast-check";
import { expect, test } from "vitest";
import {
  admit,
  admitSubmission,
  authAs,
  directionality,
  isAuthenticated,
  release,
  type Trust,
} from "./firewall.ts";
import { field, firstValue, type Message } from "./headers.ts";

const stranger: Trust = { cloudServices: false, direction: "Incoming", authenticated: false };
const colleague: Trust = { cloudServices: true, direction: "told", authenticated: true };
const prefixes = [
  "X-MS-Exchange-Organization-",
  "X-MS-Exchange-CrossPremises-",
  "X-MS-Exchange-CrossTenant-",
  "X-MS-Exchange-Forest-",
];
const ends = ["AuthAs", "AuthSource", "MessageDirectionality", "SCL", "Id", "Network-Message-Id"];

/** Claims in any letter case, with any white space before the colon, among ordinary fields. */
const claims = fc.tuple(
  fc.constantFrom(...prefixes),
  fc.constantFrom(...ends),
  fc.boolean(),
  fc.constantFrom("", " ", "\t"),
);
const ordinary = fc.constantFrom("Subject", "X-CodeTwoProcessed", "X-MS-Exchange-Other", "Received");
const messages = fc
  .array(
    fc.oneof(
      claims.map(
        ([prefix, end, upper, space]) =>
          `${upper ? (prefix + end).toUpperCase() : prefix + end}${space}: Internal\r\n`,
      ),
      ordinary.map((name) => `${name}: x\r\n`),
    ),
  )
  .map((lines): Message => ({
    fields: lines.map((raw) => ({ name: raw.slice(0, raw.indexOf(":")).trim().toLowerCase(), raw })),
    rest: Buffer.from("\r\nbody"),
  }));
const names = (message: Message): string[] => message.fields.map(({ name }) => name);
const reserved = (name: string): boolean => prefixes.some((prefix) => name.startsWith(prefix.toLowerCase()));

test("whatever a stranger claims, only the verdict of the own server remains", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const admitted = admit(message, stranger);
      expect(names(admitted).filter(reserved)).toEqual([directionality.toLowerCase(), authAs.toLowerCase()]);
      expect(firstValue(admitted, directionality)).toBe("Incoming");
      expect(isAuthenticated(admitted)).toBe(false);
    }),
  );
});

test("fields that Exchange does not reserve pass in and out as they are", () => {
  fc.assert(
    fc.property(messages, fc.boolean(), (message, cloudServices) => {
      const expected = message.fields.filter(({ name }) => !reserved(name));
      const passed = release(admit(message, { ...stranger, cloudServices }), cloudServices);
      expect(passed.fields.filter(({ name }) => !reserved(name))).toEqual(expected);
      expect(passed.rest).toBe(message.rest);
    }),
  );
});

test("what one half of the organization knows, the other half knows after the crossing", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const before = admitSubmission(message, "mail.contoso.com");
      const after = admit(release(before, true), colleague);
      expect(firstValue(after, directionality)).toBe("Originating");
      expect(isAuthenticated(after)).toBe(true);
    }),
  );
});

test("without CloudServicesMailEnabled nothing of it leaves, and only the tenant's id is told", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const left = release(admitSubmission(message, "mail.contoso.com"), false, "5f2b");
      expect(names(left).filter(reserved)).toEqual(["x-ms-exchange-crosstenant-id"]);
    }),
  );
});

test("a relay's return is originating by its connector, and anonymous however internal it was", () => {
  const message: Message = {
    fields: [
      field("X-MS-Exchange-CrossPremises-AuthAs", "Internal"),
      field("X-MS-Exchange-CrossPremises-SCL", "-1"),
    ],
    rest: Buffer.of(),
  };
  const admitted = admit(message, { cloudServices: true, direction: "Originating", authenticated: false });
  expect(isAuthenticated(admitted)).toBe(false);
  expect(firstValue(admitted, directionality)).toBe("Originating");
  expect(firstValue(admitted, "X-MS-Exchange-Organization-SCL")).toBe("-1");
});

test("TreatMessagesAsInternal makes the sender a colleague", () => {
  const message: Message = { fields: [], rest: Buffer.of() };
  expect(isAuthenticated(admit(message, { ...stranger, internal: true }))).toBe(true);
});
