import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDocument, stringify } from "yaml";
import { ConfigError, type Path, pathText } from "../../../stacks/config/problem.ts";
import { branchFor, resolved, rootSchema, type Schema } from "../../../stacks/config/schema.ts";
import { nearest } from "../../../stacks/config/suggest.ts";
import { load } from "./samples.ts";

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const domain = fc.tuple(label, fc.constantFrom("com", "org", "example")).map((parts) => parts.join("."));
const address = fc.tuple(label, domain).map((parts) => parts.join("@"));
const text = fc.stringMatching(/^[A-Za-zÄöß'"#:&*!|>{}[\]%@` -]{1,20}$/).filter((value) => /\S/.test(value));
const secret = fc.oneof(
  fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/).map((name) => `\${env:${name}}`),
  label.map((name) => `\${file:/etc/${name}}`),
);
/** Of a connection, which only the Pulumi program makes. */
const adminSecret = fc.oneof(
  secret,
  label.map((name) => `\${config:${name}}`),
);
const url = domain.map((host) => `https://${host}/x`);
const optional = <T extends object>(shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(shape, { requiredKeys: [] });

const senders = fc
  .uniqueArray(address, { minLength: 1, maxLength: 4, selector: (one) => one.toLowerCase() })
  .chain((all) =>
    fc.oneof(
      fc.constant({ include: "all" }),
      fc.record({
        include: fc.constantFrom("only", "allExcept"),
        users: fc.constant(all.slice(1)),
        groups: fc.constant(all.slice(0, 1)),
      }),
    ),
  );
const splitMessages = fc.oneof(
  fc.constant({ enabled: true, saveAll: true }),
  optional({ enabled: fc.boolean(), keep: fc.constantFrom("first", "last") }),
);
const shared = {
  keepOriginal: fc.boolean(),
  whenEdited: fc.constantFrom("skip", "keepBoth"),
  senders,
  splitMessages,
  daemon: fc.oneof(
    fc.constant({}),
    fc.record({
      url,
      token: secret,
      settleDelaySeconds: fc.nat(9),
      deadlineSeconds: fc.nat(99).map((n) => n + 10),
    }),
  ),
};
const admin = fc.record({ via: fc.constant("rest"), url, username: text, password: adminSecret });
const custom = fc.record({
  preset: fc.constant("custom"),
  smartHost: fc.constant("relay.fabrikam.net"),
  serverCertificateName: domain,
  clientCertificateName: domain,
  processedHeader: fc.constant("X-Stamped"),
});
const onPremises = domain.chain((own) =>
  fc.record(
    {
      environment: fc.constant("onPremises"),
      organization: fc.constant({ domain: own }),
      status: fc.constant("off"),
      connections: fc.record({
        onPremises: fc.oneof(
          fc.record({ server: fc.oneof(domain, fc.ipV4(), fc.ipV6()), admin }),
          fc.record({ autodiscover: fc.oneof(fc.constant(true), url), admin }),
        ),
      }),
      serviceAccount: fc.oneof(
        fc.constant({ create: true }),
        fc.record({ upn: label.map((name) => `${name}@${own}`), password: secret }),
      ),
      ...shared,
    },
    { requiredKeys: ["environment", "organization", "connections", "serviceAccount"] },
  ),
);
const tenant = "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10";
const hybrid = fc
  .tuple(domain, fc.uniqueArray(label, { minLength: 1, maxLength: 3 }))
  .chain(([own, scopes]) =>
    fc.record(
      {
        environment: fc.constant("hybrid"),
        organization: fc.constant({ domain: own, tenant: "contoso.onmicrosoft.com", tenantId: tenant }),
        status: fc.constantFrom("on", "off"),
        connections: fc.record({
          onPremises: fc.record({ autodiscover: fc.oneof(fc.constant(true), url), admin }),
          online: fc.record({
            admin: fc.record({ via: fc.constant("rest"), clientId: fc.uuid(), clientSecret: adminSecret }),
          }),
        }),
        serviceAccount: fc.record({ upn: label.map((name) => `${name}@${own}`), password: secret }),
        impersonation: optional({
          manage: fc.constantFrom("full", "verify"),
          scope: fc.constantFrom("senders", "organization"),
        }),
        signatureService: fc.oneof(fc.record({ preset: fc.constant("codetwo"), subdomain: label }), custom),
        connectors: optional({
          manage: fc.constantFrom("full", "verify"),
          inbound: optional({ name: text, adopt: fc.boolean() }),
        }),
        senderScopes: fc.constant(
          Object.fromEntries(scopes.map((name) => [name, { group: `${name}@${own}` }])),
        ),
        transportRules: fc.constant(
          scopes.map((scope) => ({ preset: "signatures", name: `Rule ${scope}`, scope })),
        ),
        intake: fc.record({
          via: fc.constant("connector"),
          address: fc.constant(`stamped@siu.${own}`),
          smartHost: fc.constant(`siu.${own}`),
          listen: fc.record({
            port: fc.oneof(fc.integer({ min: 1, max: 65535 }), secret),
            key: secret,
            certificate: secret,
          }),
        }),
        ...shared,
      },
      {
        requiredKeys: [
          "environment",
          "organization",
          "connections",
          "serviceAccount",
          "signatureService",
          "senderScopes",
          "intake",
        ],
      },
    ),
  );
const configuration = fc.oneof(onPremises, hybrid);

type Place = { path: Path; schema: Schema };
/** Every section of a value, with its schema. */
function* sections(value: unknown, schema: Schema, path: Path = []): Generator<Place> {
  if (typeof value !== "object" || value === null) return;
  const branch = branchFor(schema, value);
  if (!Array.isArray(value)) yield { path, schema: branch };
  for (const [key, item] of Object.entries(value)) {
    const others = typeof branch.additionalProperties === "object" ? branch.additionalProperties : {};
    const inner = Array.isArray(value) ? branch.items : (branch.properties?.[key] ?? others);
    yield* sections(item, resolved(inner ?? {}), [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

/** One letter added, dropped, replaced, or swapped with its neighbour, or the letter case changed. */
const slip = fc.record({
  kind: fc.constantFrom("add", "drop", "replace", "swap", "case"),
  at: fc.nat(),
  letter: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
});
function misspelt(word: string, { kind, at, letter }: { kind: string; at: number; letter: string }): string {
  const index = at % word.length;
  const [head, here, tail] = [word.slice(0, index), word.charAt(index), word.slice(index + 1)];
  if (kind === "add") return head + letter + here + tail;
  if (kind === "drop") return head + tail;
  if (kind === "replace") return head + letter + tail;
  if (kind === "swap") return head + tail.charAt(0) + here + tail.slice(1);
  return word.toUpperCase();
}

describe("any configuration", () => {
  test("that follows the rules is loaded, with every value as it was written", () => {
    fc.assert(
      fc.property(configuration, (written) => {
        expect(load(stringify(written)).config).toMatchObject(written);
      }),
      { numRuns: 200 },
    );
  });

  test("in which one key is misspelt is refused there, with the key that was meant", () => {
    fc.assert(
      fc.property(configuration, fc.nat(), fc.nat(), slip, (written, whichSection, whichKey, how) => {
        const places = [...sections(written, rootSchema)].filter(
          ({ schema }) => schema.properties !== undefined,
        );
        const { path, schema } = places[whichSection % places.length] ?? { path: [], schema: rootSchema };
        const document = parseDocument(stringify(written, { aliasDuplicateObjects: false }));
        const section =
          path.length === 0 ? document.toJS() : (document.getIn(path) as { toJSON: () => object }).toJSON();
        const keys = Object.keys(section);
        const known = Object.keys(schema.properties ?? {});
        const key = keys[whichKey % keys.length];
        if (key === undefined) return;
        const wrong = misspelt(key, how);
        // A slip may hit another key, or end nearer to one: `users` for `user`.
        const absent = known.filter((one) => one === key || !keys.includes(one));
        fc.pre(wrong !== "" && !known.includes(wrong) && nearest(wrong, absent) === key);
        const value = document.getIn([...path, key], true);
        document.deleteIn([...path, key]);
        document.setIn([...path, wrong], value);
        let told: ConfigError | undefined;
        try {
          load(document.toString());
        } catch (error) {
          if (error instanceof ConfigError) told = error;
        }
        expect(told?.problems.map((problem) => `${problem.path}: ${problem.message}`)).toEqual([
          `${pathText([...path, wrong])}: is no key of this section; did you mean ${key}?`,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  test("a slip of one letter is always near enough to a key for a suggestion", () => {
    const keys = [rootSchema, ...Object.values(rootSchema.$defs)].flatMap((schema) =>
      Object.keys(schema.properties ?? {}),
    );
    fc.assert(
      fc.property(fc.constantFrom(...keys), slip, (key, how) => {
        const wrong = misspelt(key, how);
        fc.pre(wrong !== "");
        expect(nearest(wrong, [key])).toBe(key);
      }),
    );
  });
});

describe("garbage", () => {
  const refused = (garbage: string): void => {
    try {
      load(garbage);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      for (const { line, column, message } of (error as ConfigError).problems) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(message).not.toBe("");
      }
    }
  };

  test("of any characters is refused as a configuration with mistakes", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), refused));
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom(..."abx:-[]{}&*!|>%@`#,?'\"\\ \n\t$~<1"), { maxLength: 40 })
          .map((all) => all.join("")),
        refused,
      ),
      { numRuns: 500 },
    );
  });

  test("of any shape is refused as a configuration with mistakes", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => refused(stringify(value))));
  });

  test("in place of any value is refused as a mistake, or taken", () => {
    fc.assert(
      fc.property(configuration, fc.nat(), fc.jsonValue(), (written, which, garbage) => {
        const document = parseDocument(stringify(written, { aliasDuplicateObjects: false }));
        const paths = [...sections(written, rootSchema)]
          .flatMap(({ path }) => [path])
          .filter((path) => path.length > 0);
        const path = paths[which % paths.length];
        if (path === undefined) return;
        document.setIn(path, document.createNode(garbage));
        refused(document.toString());
      }),
      { numRuns: 200 },
    );
  });
});
