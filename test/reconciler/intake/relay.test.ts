import { afterEach, describe, expect, test } from "vitest";
import { fromRelay } from "../../../reconciler/intake/relay.ts";
import { stamped } from "../message.ts";
import { converse, listenFor, type Listener } from "./listener.ts";

const processedHeader = "X-CodeTwoProcessed";
const name = "relay.contoso.com";
let listener: Listener;
afterEach(() => listener.close());

async function listen(options: Omit<Parameters<typeof fromRelay>[0], "processedHeader">): Promise<void> {
  listener = await listenFor(fromRelay({ ...options, processedHeader }), "carl@fabrikam.example");
}

describe("a relay that is known by its address", () => {
  test.for([["127.0.0.1"], ["10.0.0.0/8", "127.0.0.0/8"], ["::1", "127.0.0.1"]])(
    "%s may send, without TLS too",
    async (allow) => {
      await listen({ allow });
      expect(await listener.send(stamped(), { plain: true })).toMatch(/^250/);
      expect(await listener.send(stamped({ messageId: "<m2@contoso.com>" }))).toMatch(/^250/);
      expect(listener.jobs.map(({ job }) => job.messageId)).toEqual(["<m1@contoso.com>", "<m2@contoso.com>"]);
    },
  );

  test("may send to whomever the message goes to", async () => {
    await listen({ allow: ["127.0.0.1"] });
    expect(await listener.send(stamped(), { plain: true, to: "dora@fabrikam.example" })).toMatch(/^250/);
  });

  test("is refused at another address, and the audit names it", async () => {
    await listen({ allow: ["192.0.2.0/24", "2001:db8::/32"] });
    expect(await listener.send(stamped(), { plain: true })).toMatch(/^550 5\.7\.1 .*not among those allowed/);
    expect(listener.jobs).toEqual([]);
    expect(listener.refusals).toMatchObject([
      { reason: "origin-not-proved", text: expect.stringContaining("127.0.0.1") },
    ]);
  });

  test("is refused what its service has not stamped", async () => {
    await listen({ allow: ["127.0.0.1"] });
    const raw = Buffer.from(stamped().toString().replace("X-CodeTwoProcessed: true\r\n", ""));
    expect(await listener.send(raw, { plain: true })).toMatch(/^550 5\.7\.1 .*X-CodeTwoProcessed/);
  });
});

describe("a relay that is known by its certificate", () => {
  test("may send over TLS", async () => {
    await listen({ clientCertificateName: name });
    expect(await listener.send(stamped(), { tls: await listener.authority.issue([name]) })).toMatch(/^250/);
  });

  test("is not heard without TLS, and refused with the certificate of another", async () => {
    await listen({ clientCertificateName: name });
    expect(await listener.send(stamped(), { plain: true })).toMatch(/^530/);
    expect(await listener.send(stamped(), { tls: await listener.authority.issue(["evil.example"]) })).toMatch(
      /^550 5\.7\.1 .*not that of 'relay\.contoso\.com'/,
    );
    expect(await listener.send(stamped())).toMatch(/^550 5\.7\.1 .*no client certificate/);
    expect(listener.jobs).toEqual([]);
  });

  test("has to be at its address too, where both are given", async () => {
    await listen({ clientCertificateName: name, allow: ["192.0.2.1"] });
    expect(await listener.send(stamped(), { tls: await listener.authority.issue([name]) })).toMatch(/^550/);
  });
});

describe("a relay that signs in", () => {
  const account = { user: "relay", password: "correct horse" };
  const auth = { user: account.user, pass: account.password };

  test("may send over TLS", async () => {
    await listen({ account });
    expect(await listener.send(stamped(), { auth })).toMatch(/^250/);
    expect(listener.jobs).toHaveLength(1);
  });

  test("is refused with another name or password, and the audit tells neither", async () => {
    await listen({ account });
    for (const wrong of [
      { ...auth, pass: "correct" },
      { ...auth, user: "Relay" },
      { user: "", pass: "" },
    ])
      expect(await listener.send(stamped(), { auth: wrong })).not.toMatch(/^250/);
    expect(await listener.send(stamped())).toMatch(/^530 5\.7\.0/);
    expect(listener.jobs).toEqual([]);
    expect(listener.refusals).toMatchObject([
      { reason: "origin-not-proved", text: expect.stringContaining("wrong user name or password") },
      {},
    ]);
    expect(JSON.stringify(listener.refusals)).not.toContain("correct");
  });

  test("is not heard without TLS, and hung up on after three mistakes", async () => {
    await listen({ account });
    const token = (password: string) => Buffer.from(`\0relay\0${password}`).toString("base64");
    const says = (password: string) => `AUTH PLAIN ${token(password)}`;
    const matching = (...texts: RegExp[]) => texts.map((text) => expect.stringMatching(text));
    expect(await converse(listener.port, ["EHLO a", says(account.password)])).toEqual(
      matching(/^250/, /^538/),
    );
    const guesses = ["1", "2", "3"].map(says);
    expect(await converse(listener.port, ["EHLO a", ...guesses, "NOOP"], {})).toEqual(
      matching(/^250/, /^535 5\.7\.8/, /^535/, /^421/, /^$/),
    );
  });

  test("has to be at its address too, where both are given", async () => {
    await listen({ account, allow: ["192.0.2.1"] });
    expect(await listener.send(stamped(), { auth })).toMatch(/^550 5\.7\.1 .*not among those allowed/);
  });
});

describe("a configuration that would believe anybody", () => {
  test.for([{}, { allow: ["mail.contoso.com"] }, { allow: ["10.0.0.0/99"] }])(
    "is refused: %o",
    async (options) => {
      await listen({ allow: ["127.0.0.1"] });
      expect(() => fromRelay({ ...options, processedHeader })).toThrow(
        expect.objectContaining({ code: "BAD_SETTINGS" }),
      );
    },
  );
});
