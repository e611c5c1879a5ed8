import { connect, createServer as createTlsServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createEwsMailboxes } from "../../../../reconciler/mailbox/ews/adapter.ts";
import type { EwsConnection, EwsOptions } from "../../../../reconciler/mailbox/ews/adapter.ts";
import { startEmbedded } from "../../../contract/embedded.ts";
import type { Embedded } from "../../../contract/embedded.ts";
import { storeMessage } from "../../../emulator/mailbox.ts";
import { recipientByAddress, sideOf } from "../../../emulator/store.ts";
import { createAuthority } from "../../../emulator/tls.ts";
import { answer, startScriptedServer } from "./scripted-server.ts";

const anna = "anna.weber@contoso.com";
let embedded: Embedded;
/** What arrived at the server's EWS: over which connection, and which message of NTLM with it. */
let seen: { connection: object | undefined; step: "negotiate" | "authenticate" | "signed in" }[] = [];

beforeAll(async () => {
  embedded = await startEmbedded("Alias -like '*'", ({ connection, headers }) => {
    const [, message = ""] = /^(?:NTLM|Negotiate) (.+)$/.exec(headers.authorization ?? "") ?? [];
    const steps = { 1: "negotiate", 3: "authenticate" } as const;
    const kind = message === "" ? 0 : Buffer.from(message, "base64").readUInt32LE(8);
    seen.push({ connection, step: steps[kind as 1 | 3] ?? "signed in" });
  });
});
beforeEach(() => {
  seen = [];
  embedded.organization.faults.clear();
});
afterAll(() => embedded.close());

async function using<T>(change: Partial<EwsOptions>, use: (ews: EwsConnection) => Promise<T>): Promise<T> {
  const credential = { by: "ntlm", ...embedded.account } as const;
  const ews = createEwsMailboxes({ ...embedded.options, credential, ...change });
  try {
    return await use(ews);
  } finally {
    await ews.close();
  }
}

const steps = () => seen.map(({ step }) => step);
const count = (wanted: string) => steps().filter((step) => step === wanted).length;

describe("connections", () => {
  test("are signed in once each, however many requests they carry", async () => {
    await using({ maxConcurrency: 3 }, async ({ check }) => {
      for (let round = 0; round < 4; round++)
        await Promise.all(Array.from({ length: 10 }, () => check(anna)));
    });
    const connections = new Set(seen.map(({ connection }) => connection)).size;
    expect(connections).toBeLessThanOrEqual(3);
    expect([count("negotiate"), count("authenticate")]).toEqual([connections, connections]);
    expect(seen).toHaveLength(40 + connections);
  });

  test("that the server closes are opened and signed in anew", async () => {
    await using({ maxConcurrency: 1 }, async ({ check }) => {
      await check(anna);
      embedded.organization.faults.add({ protocol: "ews", failure: "drop" });
      await check(anna);
    });
    expect(steps()).toEqual(["negotiate", "authenticate", "signed in", "negotiate", "authenticate"]);
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(2);
  });

  test("that the server has forgotten sign in again and ask again", async () => {
    await using({ maxConcurrency: 1 }, async ({ check }) => {
      await check(anna);
      embedded.organization.faults.add({ protocol: "ews", failure: "expired" });
      await check(anna);
    });
    expect(steps()).toEqual(["negotiate", "authenticate", "signed in", "negotiate", "authenticate"]);
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(1);
  });

  test("that stay open for what comes in are signed in, too", async () => {
    await using({}, async ({ inbox }) => {
      const { organization } = embedded;
      const side = sideOf(organization, "onPremises");
      const owner = side.mailboxes.get(recipientByAddress(side, anna)?.guid ?? "");
      if (owner === undefined) throw new Error("she has no mailbox");
      const end = new AbortController();
      let told = 0;
      await inbox.watch(
        anna,
        () => {
          if (++told > 1) return end.abort();
          const state = { at: organization.now(), isRead: false };
          return void storeMessage(organization, owner, "inbox", Buffer.from("Subject: x\r\n\r\nx"), state);
        },
        end.signal,
      );
    });
    expect(steps()).toEqual(["negotiate", "authenticate", "negotiate", "authenticate"]);
  });
});

test("a wrong password is tried once, told, and not shown", async () => {
  const credential = { by: "ntlm", username: "siu@contoso.com", password: "n0t-the-password" } as const;
  await using({ credential }, async ({ check }) => {
    await expect(check(anna)).rejects.toMatchObject({
      code: "WRONG_CREDENTIALS",
      message: expect.not.stringContaining(credential.password),
    });
  });
  expect(steps()).toEqual(["negotiate", "authenticate"]);
});

describe("Extended Protection", () => {
  test.for(["allow", "require"] as const)(
    "that is set to %s lets the server itself sign in",
    async (mode) => {
      embedded.organization.settings.extendedProtection = mode;
      await using({}, ({ check }) => check(anna));
    },
  );

  test("refuses what passes through somebody with another certificate, and the fault says so", async () => {
    const { port } = new URL(embedded.options.url);
    const other = await createAuthority();
    const between = createTlsServer(await other.issue(["127.0.0.1"]), (client) => {
      const onward = connect({
        host: "127.0.0.1",
        port: Number(port),
        ca: embedded.organization.authority.ca,
      });
      for (const [one, two] of [
        [client, onward],
        [onward, client],
      ] as const) {
        one.pipe(two);
        one.on("error", () => two.destroy()).on("close", () => two.destroy());
      }
    });
    await new Promise<void>((listening) => between.listen(0, "127.0.0.1", listening));
    const url = `https://127.0.0.1:${(between.address() as AddressInfo).port}/EWS/Exchange.asmx`;
    const through = { url, certificateAuthority: other.ca };
    try {
      embedded.organization.settings.extendedProtection = "none";
      await using(through, ({ check }) => check(anna));
      for (const mode of ["allow", "require"] as const) {
        embedded.organization.settings.extendedProtection = mode;
        await expect(using(through, ({ check }) => check(anna))).rejects.toMatchObject({
          code: "WRONG_CREDENTIALS",
          message: expect.stringContaining("ends TLS with another certificate"),
        });
      }
    } finally {
      await new Promise((closed) => between.close(closed));
    }
  });
});

describe("a server", () => {
  const using401 = async (offered: string): Promise<{ fault: unknown; asked: (string | undefined)[] }> => {
    const server = await startScriptedServer();
    server.script(answer(401, "", { "www-authenticate": offered }));
    const options = { url: `${server.origin}/EWS/Exchange.asmx`, certificateAuthority: server.ca };
    const fault = await using(options, ({ check }) => check(anna).catch((error: unknown) => error));
    await server.close();
    return { fault, asked: server.seen.map(({ headers }) => headers.authorization?.split(" ")[0]) };
  };

  test("that offers NTLM under the name of Negotiate only is taken at that", async () => {
    expect(await using401("Negotiate")).toMatchObject({ asked: ["NTLM", "Negotiate"] });
  });

  test("that does not sign in by NTLM is no wrong password, and the fault says what it offers", async () => {
    const { fault } = await using401('Basic realm="a, NTLM TlRMTVNTUAACAAAA", Bearer client_id="x"');
    expect(fault).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/by Basic, Bearer\. .*ewsAuthentication/),
    });
  });

  test("whose challenge is cut short is told as one that is out of order", async () => {
    const { fault } = await using401("NTLM TlRMTVNTUAACAAAA");
    expect(fault).toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("no challenge") });
  });
});
