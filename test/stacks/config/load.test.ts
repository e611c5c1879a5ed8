import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../stacks/config/problem.ts";
import { edited, hybrid, load, mistakes, onPremises } from "./samples.ts";

describe("a mistake is told with its line, its column, its path and what would be right", () => {
  const swap = (old: string, by: string): string => {
    expect(hybrid).toContain(old);
    return hybrid.replace(old, by);
  };
  const cases: [what: string, text: string, told: string[]][] = [
    [
      "a misspelt key",
      swap("onPremises:", "onPremisses:"),
      ["org.yaml:8:3 connections.onPremisses: is no key of this section; did you mean onPremises?"],
    ],
    [
      "a key that resembles no other",
      swap("status: on", "colour: red\nstatus: on"),
      [
        "org.yaml:6:1 colour: is no key of this section; known here: environment, organization, status, connections, " +
          "serviceAccount, impersonation, senders, sendAs, keepOriginal, recreateLocked, whenEdited, splitMessages, signatureService, " +
          "connectors, senderScopes, transportRules, intake, daemon",
      ],
    ],
    [
      "a misspelt choice",
      swap("status: on", "status: onn"),
      ["org.yaml:6:9 status: must be on or off; did you mean on?"],
    ],
    [
      "a truth value as a choice",
      swap("status: on", "status: true"),
      ["org.yaml:6:9 status: must be on or off, not true"],
    ],
    [
      "a misspelt way in, and nothing about the section that it governs",
      swap("via: connector", "via: conector"),
      ["org.yaml:33:8 intake.via: must be connector, mailbox, journal or relay; did you mean connector?"],
    ],
    [
      "a password in plain text",
      swap("${env:ADMIN_PASSWORD}", "hunter2"),
      [
        "org.yaml:14:17 connections.onPremises.admin.password: must be a reference: ${env:NAME}, ${file:path} or " +
          "${config:key}; never the secret itself",
      ],
    ],
    [
      "a numeric password in plain text",
      swap("${env:ADMIN_PASSWORD}", "12345"),
      [
        "org.yaml:14:17 connections.onPremises.admin.password: must be a reference: ${env:NAME}, ${file:path} or " +
          "${config:key}; never the secret itself",
      ],
    ],
    [
      "a misspelt reference",
      swap("${env:", "${evn:"),
      [
        "org.yaml:14:17 connections.onPremises.admin.password: must hold references only as ${env:NAME}, " +
          "${file:path} or ${config:key}; did you mean ${env:...}?",
      ],
    ],
    [
      "an account in the form DOMAIN\\user",
      swap("siu@contoso.com", "CONTOSO\\siu"),
      [
        "org.yaml:21:8 serviceAccount.upn: must be a user principal name such as siu@contoso.com (not DOMAIN\\user)",
      ],
    ],
    [
      "an address without a domain, in a list",
      edited(hybrid, [["senders"], { include: "only", users: ["anna"] }]),
      ["org.yaml:45:7 senders.users[0]: must be one address such as anna.weber@contoso.com"],
    ],
    [
      "a number for a text",
      swap("subdomain: contoso", "subdomain: 123"),
      [
        "org.yaml:25:14 signatureService.subdomain: must be your unique subdomain alone, such as contoso (without " +
          ".smtp.codetwo.online), not a number (put it in quotes if it is text)",
      ],
    ],
    [
      "the whole host where the subdomain belongs",
      swap("subdomain: contoso", "subdomain: contoso.smtp.codetwo.online"),
      [
        "org.yaml:25:14 signatureService.subdomain: must be your unique subdomain alone, such as contoso (without " +
          ".smtp.codetwo.online)",
      ],
    ],
    [
      "a port out of range",
      swap("listen:", "listen:\n    port: 70000"),
      ["org.yaml:37:11 intake.listen.port: must be a port from 1 to 65535, or a reference to one"],
    ],
    [
      "a text for a truth value",
      swap("status: on", "status: on\nkeepOriginal: yes"),
      ["org.yaml:7:15 keepOriginal: must be true or false, not text"],
    ],
    [
      "a section without content",
      swap("status: on", "status: on\nsenders:"),
      ["org.yaml:7:1 senders: must be a section with keys of its own; it is empty"],
    ],
    [
      "a missing key",
      edited(hybrid, [["organization", "domain"], undefined]),
      ["org.yaml:2:1 organization.domain: is missing: the organization's main mail domain"],
    ],
    [
      "a missing tag",
      edited(hybrid, [["intake", "via"], undefined]),
      ["org.yaml:32:1 intake.via: is missing: connector, mailbox, journal or relay"],
    ],
    [
      "two kinds of senders in one scope",
      edited(hybrid, [["senderScopes", "signatures", "everyone"], true]),
      [
        "org.yaml:27:3 senderScopes.signatures: must be exactly one of everyone: true, domains: [domains], people: [addresses], group: address or managedGroup: (address, members)",
      ],
    ],
    [
      "a scope whose name is a trap",
      swap("senderScopes:", "senderScopes:\n  __proto__:\n    everyone: true"),
      [
        "org.yaml:27:3 senderScopes.__proto__: cannot be a name: use letters, digits, spaces, dots and hyphens",
      ],
    ],
    [
      "a section that is a list",
      edited(hybrid, [["senders"], ["anna@contoso.com"]]),
      ["org.yaml:42:1 senders: must be a section with keys of its own, not a list"],
    ],
  ];
  test.each(cases)("%s", (_, text, told) => {
    expect(mistakes(text)).toEqual(told);
  });
});

describe("a text that is no YAML", () => {
  const cases: [what: string, text: string, told: string[]][] = [
    ["a key twice", `${hybrid}status: off\n`, ["org.yaml:42:1 this key is there twice: keep one"]],
    ["a tab", "organization:\n\tdomain: contoso.com\n", ["org.yaml:2:1 a tab cannot indent: use spaces"]],
    ["nothing", "", ["org.yaml:1:1 the file is empty: start with environment: onPremises"]],
    ["a comment only", "# later\n", ["org.yaml:1:1 the file is empty: start with environment: onPremises"]],
    [
      "a list",
      "- 1\n",
      ["org.yaml:1:1 the file holds no sections with keys: start with environment: onPremises"],
    ],
    ["two documents", "a: 1\n---\nb: 2\n", ["org.yaml:2:1 a second document starts here: keep one per file"]],
    [
      "an open bracket",
      "senders: [a\n",
      ["org.yaml:2:1 the indentation does not fit, or a bracket is not closed"],
    ],
    ["an unknown tag", "a: !secret b\n", ["org.yaml:1:4 this !tag is not known: leave it out"]],
    [
      "a value that starts like an alias",
      "password: *hunter2\n",
      ["org.yaml:1:11 a * starts an alias: put the text in quotes"],
    ],
    [
      "a value that starts with @",
      "password: @hunter2\n",
      ["org.yaml:1:11 text cannot start with this character: put it in quotes"],
    ],
    [
      "an unquoted reference inside braces",
      "admin: {password: ${env:A}, via: rest}\n",
      ["org.yaml:1:20 inside { } or [ ] put a reference in quotes"],
    ],
    [
      "an anchor inside its own value",
      "a: &a\n  b: *a\n",
      ["org.yaml:1:1 the aliases (*name) refer to themselves or are too many"],
    ],
  ];
  test.each(cases)("%s", (_, text, told) => {
    expect(mistakes(text)).toEqual(told);
  });
});

test("all mistakes are told at once, those beneath a misspelt key and those across fields too", () => {
  const text = hybrid
    .replace("connections:", "conections:")
    .replace("username: admin@contoso.com", "usernam: admin@contoso.com")
    .replace("scope: signatures", "scope: signature")
    .replace("tenantId:", "# tenantId:");
  expect(mistakes(text)).toEqual([
    expect.stringContaining("org.yaml:2:1 organization.tenantId: is missing"),
    "org.yaml:7:1 conections: is no key of this section; did you mean connections?",
    "org.yaml:13:7 conections.onPremises.admin.usernam: is no key of this section; did you mean username?",
    "org.yaml:31:12 transportRules[0].scope: must be the name of a set in senderScopes; did you mean signatures?",
  ]);
});

test("the error's message lists every mistake", () => {
  const text = hybrid.replace("status: on", "status: onn").replace("subdomain: contoso", "subdomain: 1");
  expect(() => load(text)).toThrow(ConfigError);
  expect(() => load(text)).toThrow(/^org\.yaml has 2 mistakes:\norg\.yaml:6:9 status: .*\norg\.yaml:25:14 /);
});

test("no mistake repeats what might be a secret", () => {
  const secret = "hunter2";
  const places = [
    "password: ",
    "password: ${",
    "password: *",
    "password: !",
    "password: [",
    'password: "\\q',
    "pasword: ",
  ];
  for (const place of places) {
    const told = mistakes(hybrid.replace("password: ${env:ADMIN_PASSWORD}", place + secret));
    expect(told.length).toBeGreaterThan(0);
    expect(told.join("\n")).not.toContain(secret);
  }
});

test("anchors and merge keys are understood, and their mistakes are told where the text is", () => {
  const text =
    onPremises.replace("organization:", "status: &status onn\norganization:") + "keepOriginal: *status\n";
  expect(mistakes(text)).toEqual([
    expect.stringContaining("org.yaml:1:1 intake: is missing"),
    expect.stringContaining("org.yaml:2:17 status: must be on or off"),
    expect.stringContaining("org.yaml:15:15 keepOriginal: must be true or false"),
  ]);
  const merged = edited(hybrid, [["senders"], { include: "only", users: ["a@contoso.com"] }]).replace(
    /users:\n +- a@contoso.com/,
    "<<: {users: [a@contoso.com, anna]}",
  );
  expect(mistakes(merged)).toEqual([
    expect.stringContaining("org.yaml:44:31 senders.users[1]: must be one address"),
  ]);
});

test("references stand wherever a text or a port does, and stay references", () => {
  const { config } = load(
    edited(
      hybrid,
      [["organization", "domain"], "${env:DOMAIN}"],
      [["organization", "tenantId"], "${env:TENANT}"],
      [["connections", "onPremises", "autodiscover"], "https://${env:HOST}/autodiscover.xml"],
      [["intake", "listen", "port"], "${env:PORT}"],
    ),
  );
  expect(config.organization.domain).toBe("${env:DOMAIN}");
  expect(config.intake).toMatchObject({ tenantId: "${env:TENANT}", listen: { port: "${env:PORT}" } });
  const several = load(edited(hybrid, [["intake"], [config.intake]]));
  expect(several.config.intake).toEqual([config.intake]);
});

test("what is not said is as the manuals have it", () => {
  const { config, warnings } = load(edited(hybrid, [["status"], undefined], [["intake"], undefined]));
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({
    status: "off",
    impersonation: { manage: "full", scope: "senders" },
    senders: { include: "all", users: [], groups: [] },
    keepOriginal: false,
    recreateLocked: true,
    whenEdited: "skip",
    splitMessages: { enabled: false, saveAll: false },
    signatureService: { region: "global" },
    connectors: {
      manage: "full",
      inbound: { name: "CodeTwo Inbound Connector 2.0", enabled: true, retainInternalHeaders: true },
      outbound: { name: "CodeTwo Outbound Connector", enabled: true, retainInternalHeaders: true },
    },
    transportRules: [{ name: "CodeTwo Exchange transport rule", internalMail: true }],
  });
  expect(config.connections.online?.admin).toMatchObject({
    url: "https://outlook.office365.com/adminapi/beta/5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
    tokenUrl: "https://login.microsoftonline.com/5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10/oauth2/v2.0/token",
  });
});

test("on-premises the account's name and the EWS URL follow from domain and server", () => {
  const { config } = load(onPremises);
  expect(config.serviceAccount).toEqual({
    create: true,
    adopt: false,
    upn: "CodeTwoSiuAgent@contoso.com",
    password: "${file:service-account.password}",
  });
  expect(config.connections.onPremises?.ewsUrl).toBe("https://mail01.contoso.com/EWS/Exchange.asmx");
  const side = ["connections", "onPremises"];
  const ews = (server: string, url?: string): string | undefined =>
    load(edited(onPremises, [[...side, "server"], server], [[...side, "ewsUrl"], url])).config.connections
      .onPremises?.ewsUrl;
  expect(ews("localhost")).toBe("https://localhost/EWS/Exchange.asmx");
  expect(ews("192.0.2.7")).toBe("https://192.0.2.7/EWS/Exchange.asmx");
  expect(ews("2001:db8::7")).toBe("https://[2001:db8::7]/EWS/Exchange.asmx");
  expect(ews("mail01", "https://mail.contoso.com/ews")).toBe("https://mail.contoso.com/ews");
});

test("a loaded configuration cannot be changed", () => {
  const { config } = load(hybrid);
  expect(() => config.senders.users.push("a@contoso.com")).toThrow(TypeError);
  expect(() => Object.assign(config.splitMessages, { saveAll: true })).toThrow(TypeError);
});
