import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anna, at, codes, soap, startEws, type EwsTest } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { folderXml } from "./requests.ts";
import { createThrottle } from "./throttle.ts";
import { defaultPolicy } from "./throttling-policy.ts";

const siu = "siu@contoso.com";
const getInbox = getFoldersXml(folderXml("inbox"), "Default");

/** Settles when told. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, settle: resolve };
}

describe("an account", () => {
  test("has 27 requests at once, each account for itself", async () => {
    const throttle = createThrottle(defaultPolicy("onPremises"), () => 0);
    const { work, settle } = held();
    const running = Array.from({ length: 27 }, () => throttle.run("one", work));
    await expect(throttle.run("one", work)).rejects.toMatchObject({
      code: "ErrorExceededConnectionCount",
      values: { Policy: "MaxConcurrency", MaxConcurrencyLimit: "27" },
    });
    await expect(throttle.run("other", async () => 1)).resolves.toBe(1);
    settle();
    await Promise.all(running);
    await expect(throttle.run("one", async () => 2)).resolves.toBe(2);
  });

  test("that used up the server's time is told how long to stay away, until the time is given back", async () => {
    let time = 0;
    const limits = { ewsMaxBurst: 1000, ewsCutoffBalance: 2000, ewsRechargeRate: 1_800_000 };
    const throttle = createThrottle({ ...defaultPolicy("online"), ...limits }, () => time);
    const use = (milliseconds: number) => throttle.run("one", async () => void (time += milliseconds));
    await use(2000);
    await use(4000);
    await expect(use(1)).rejects.toMatchObject({
      code: "ErrorServerBusy",
      values: { BackOffMilliseconds: "6000" },
    });
    time += 6000;
    await expect(use(1)).resolves.toBeUndefined();
  });

  test("keeps as many streams as the limit says", () => {
    const throttle = createThrottle({ ...defaultPolicy("online"), hangingConnectionLimit: 1 }, () => 0);
    const ended = throttle.hang("one");
    expect(() => throttle.hang("one")).toThrow(/exceeded the available concurrent connections/);
    ended();
    expect(() => throttle.hang("one")).not.toThrow();
  });
});

describe("over the wire", () => {
  let ews: EwsTest;
  beforeAll(async () => {
    ews = await startEws(undefined, { policy: { ewsMaxConcurrency: 1 } });
    await ews.cmdlet("New-ManagementRoleAssignment", { Role: "ApplicationImpersonation", User: siu });
  });
  afterAll(() => ews.close());

  test("one request too many is a fault with the policy in it; who impersonates has a budget of their own", async () => {
    const { guid } = ews.recipient(anna);
    const { work, settle } = held();
    const busy = ews.organization.inTurn(guid, work);
    const first = ews.ask(getInbox);
    // The first one waits for its turn when the second is refused.
    await expect
      .poll(async () => {
        const answered = await Promise.race([ews.ask(getInbox), first]);
        return [
          answered.status,
          ...codes(answered),
          at(answered.body, "detail", "t:MessageXml", "t:Value")?.text,
        ];
      })
      .toEqual([500, "ErrorExceededConnectionCount", "MaxConcurrency"]);
    const asking = { as: siu, impersonate: `<t:SmtpAddress>${anna}</t:SmtpAddress>` };
    const impersonated = ews.ask(getInbox, asking);
    settle();
    await busy;
    expect([...codes(await first), ...codes(await impersonated)]).toEqual(["NoError", "NoError"]);
    expect(codes(await ews.raw(soap(getInbox)))).toEqual(["NoError"]);
  });
});
