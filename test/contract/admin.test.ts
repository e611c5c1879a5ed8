import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Exchange, SideName } from "../../providers/exchange/port.ts";
import { createRest } from "../../providers/exchange/rest.ts";
import type { RequestedFault } from "../emulator/faults.ts";
import { startEmbedded } from "../providers/embedded.ts";
import { powershellSession, realPowerShell, shells } from "../providers/powershell.ts";

interface Open {
  exchange: Exchange;
  /** Makes the next request suffer; only where the organization is ours. */
  suffer?: (fault: Omit<RequestedFault, "protocol" | "side">) => void;
  waits: number[];
  close: () => Promise<void>;
}

interface Target {
  name: string;
  open: () => Promise<Open>;
}

const embedded = (side: SideName): Target => ({
  name: `REST of the embedded Exchange, ${side}`,
  open: async () => {
    const organization = await startEmbedded();
    return {
      exchange: organization.exchange(side),
      suffer: (fault) => organization.emulator.organization.faults.add({ ...fault, protocol: "admin", side }),
      waits: organization.waits,
      close: organization.close,
    };
  },
});

const powershell = (side: SideName, [name, executable]: (typeof shells)[number]): Target => ({
  name: `${name}, ${side}`,
  open: async () => {
    const organization = await startEmbedded();
    const session = await powershellSession(organization, side, executable);
    return {
      exchange: session.exchange,
      suffer: (fault) => organization.emulator.organization.faults.add({ ...fault, protocol: "admin", side }),
      waits: organization.waits,
      close: async () => {
        await session.close();
        await organization.close();
      },
    };
  },
});

/** `LIVE_ADMIN_URL=... LIVE_USERNAME=... LIVE_PASSWORD=...` (on-premises); nothing of it has a default. */
function live(): Target {
  const from = (name: string): string => {
    const value = process.env[name];
    if (value) return value;
    throw new Error(`LIVE=1 also needs the environment variable ${name}.`);
  };
  const authority = process.env["LIVE_CA_FILE"];
  const exchange = createRest({
    side: "onPremises",
    url: from("LIVE_ADMIN_URL"),
    credential: { username: from("LIVE_USERNAME"), password: from("LIVE_PASSWORD") },
    ...(authority !== undefined && { certificateAuthority: readFileSync(authority, "utf8") }),
    now: Date.now,
    wait: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
  });
  return {
    name: "REST of a real organization",
    open: async () => ({ exchange, waits: [], close: exchange.close }),
  };
}

const ours = (["onPremises", "online"] as const).flatMap((side) => [
  embedded(side),
  ...shells.map((shell) => powershell(side, shell)),
]);
const targets = [...ours, ...(process.env["LIVE"] === "1" && process.env["LIVE_ADMIN_URL"] ? [live()] : [])];

if (realPowerShell === undefined) test.skip("PowerShell itself: there is no pwsh on the PATH", () => {});

describe.each(targets)("$name", (target) => {
  let open: Open;
  beforeAll(async () => void (open = await target.open()));
  afterAll(() => open.close());

  test("a cmdlet answers the objects that it wrote", async () => {
    const rows = await open.exchange.invoke("Get-AcceptedDomain");
    expect(rows.map((row) => typeof row["DomainName"])).toContain("string");
  });

  test("all pages are read", async () => {
    const rows = await open.exchange.invoke("Get-Recipient", { ResultSize: "Unlimited" });
    expect(new Set(rows.map((row) => row["Guid"])).size).toBe(rows.length);
  });

  test("an object that does not exist is NOT_FOUND, and the message names it", async () => {
    await expect(
      open.exchange.invoke("Get-TransportRule", { Identity: "No such rule" }),
    ).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("No such rule") as string,
    });
  });

  test("a cmdlet of another place is no missing object, and the message says both that it can be", async () => {
    await expect(open.exchange.invoke("Get-Nonsense")).rejects.toMatchObject({
      code: expect.stringMatching(/^(UNKNOWN_CMDLET|ACCESS_DENIED)$/) as string,
      message: expect.stringMatching(/has no such cmdlet[^]*Organization Management/) as string,
    });
  });

  test("a parameter that the cmdlet does not have is REJECTED", async () => {
    await expect(open.exchange.invoke("Get-AcceptedDomain", { Nonsense: "x" })).rejects.toMatchObject({
      code: "REJECTED",
    });
  });

  test("text with quotes and beyond ASCII arrives as it is", async () => {
    const Name = `Ünïcödé "quoted" 'rule' Ł`;
    const rule = { Name, SubjectContainsWords: ["'"], PrependSubject: "ŁÖ ", Enabled: false };
    await open.exchange.invoke("New-TransportRule", rule);
    const [row] = await open.exchange.invoke("Get-TransportRule", { Identity: Name });
    await open.exchange.invoke("Remove-TransportRule", { Identity: Name, Confirm: false });
    expect(row).toMatchObject({ Name, PrependSubject: "ŁÖ " });
  });
});

describe.each(ours)("$name in trouble", (target) => {
  let open: Required<Open>;
  beforeAll(async () => void (open = (await target.open()) as Required<Open>));
  afterAll(() => open.close());

  test.each(["throttle", "unavailable"] as const)(
    "%s: waits as long as Exchange asks (or longer and longer, where it says no time), then asks again",
    async (failure) => {
      open.waits.length = 0;
      open.suffer({ failure, retryAfter: 7, times: 2 });
      await open.exchange.invoke("Get-AcceptedDomain");
      // Of what a session of PowerShell fails with, only WS-Management's quota tells a time.
      const told =
        target.name.startsWith("REST") || (target.name.endsWith("onPremises") && failure === "throttle");
      expect(open.waits).toEqual(told ? [7_000, 7_000] : [500, 1_000]);
    },
  );

  test("without a time to wait, each pause is twice as long as the one before", async () => {
    open.waits.length = 0;
    open.suffer({ failure: "throttle", times: 3 });
    await open.exchange.invoke("Get-AcceptedDomain");
    expect(open.waits).toEqual([500, 1_000, 2_000]);
  });

  test("gives up at last, and says to run again", async () => {
    open.suffer({ failure: "throttle", operation: "Get-AcceptedDomain", times: 6 });
    await expect(open.exchange.invoke("Get-AcceptedDomain")).rejects.toMatchObject({ code: "THROTTLED" });
  });

  test("a reading is repeated when the line breaks", async () => {
    open.suffer({ failure: "drop" });
    await expect(open.exchange.invoke("Get-AcceptedDomain")).resolves.not.toEqual([]);
  });

  test("a write is not: it may have been done", async () => {
    open.suffer({ failure: "dropAfter", operation: "New-TransportRule" });
    const rule = { Name: "Once", SubjectContainsWords: ["x"], PrependSubject: "x", Enabled: false };
    await expect(open.exchange.invoke("New-TransportRule", rule)).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(await open.exchange.invoke("Get-TransportRule", { Identity: "Once" })).toHaveLength(1);
  });
});

describe("signing in", () => {
  test("a wrong password, a wrong secret and an unreachable server say what to check", async () => {
    const organization = await startEmbedded();
    const { environment } = organization;
    const shared = {
      certificateAuthority: environment["SIU_DEMO_CA"] ?? "",
      now: Date.now,
      wait: async () => {},
    };
    const wrong = { username: "admin@contoso.com", password: "not-the-password" };
    const url = environment["SIU_DEMO_ONPREMISES_ADMIN"] ?? "";
    const attempts: [Exchange, string, RegExp][] = [
      [
        createRest({ ...shared, side: "onPremises", url, credential: wrong }),
        "WRONG_CREDENTIALS",
        /user name and password/,
      ],
      [
        createRest({
          ...shared,
          side: "online",
          url: environment["SIU_DEMO_ONLINE_ADMIN"] ?? "",
          credential: {
            tokenUrl: environment["SIU_DEMO_TOKEN"] ?? "",
            clientId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e",
            clientSecret: "not-the-secret",
          },
        }),
        "WRONG_CREDENTIALS",
        /clientSecret/,
      ],
      [
        createRest({ ...shared, side: "onPremises", url: "https://127.0.0.1:1", credential: wrong }),
        "UNAVAILABLE",
        /connections\.onPremises\.admin\.url/,
      ],
      [
        createRest({ ...shared, certificateAuthority: "", side: "onPremises", url, credential: wrong }),
        "UNAVAILABLE",
        /certificateAuthority/,
      ],
    ];
    for (const [exchange, code, message] of attempts) {
      const failure = await exchange.invoke("Get-AcceptedDomain").then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
      expect(failure?.message).not.toMatch(/not-the-/);
      await exchange.close();
    }
    await organization.close();
  });
});
