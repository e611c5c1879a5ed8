import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceAccess } from "../../providers/service-access.ts";
import { parseConfig } from "../../stacks/config/load.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded("hybrid", { grant: true })));
afterAll(() => embedded.close());

function access(
  stack: string,
  env: Record<string, string | undefined> = {},
): ReturnType<typeof serviceAccess> {
  const text = readFileSync(new URL(`../../stacks/${stack}.yaml`, import.meta.url), "utf8");
  const { config } = parseConfig(text, { file: `${stack}.yaml` });
  const readFile = (): never => {
    throw new Error("no file is referred to");
  };
  return serviceAccess(config, { env: { ...embedded.environment, ...env }, readFile });
}

test("the account of a stack acts as the owner of a mailbox, with the password that the stack refers to", async () => {
  const anna = "anna.weber@contoso.com";
  expect(await access("demo").impersonate(anna)).toEqual({ result: "WORKS", detail: "" });
  expect(await access("demo", { SIU_DEMO_SERVICE_PASSWORD: "wrong" }).impersonate(anna)).toMatchObject({
    result: "WRONG_CREDENTIALS",
  });
});

test("a password that is nowhere is told by its place, and no request is made", () => {
  expect(() => access("demo", { SIU_DEMO_SERVICE_PASSWORD: undefined }).impersonate("x")).toThrow(
    /account\.password: set the environment variable SIU_DEMO_SERVICE_PASSWORD/,
  );
});

test("what an application was consented to is read from its tokens, for Graph and for Exchange", async () => {
  const application = embedded.emulator.organization.store.applications.find(({ appId }) =>
    appId.startsWith("7d0e4a9b"),
  );
  const people = ["User.Read.All", "GroupMember.Read.All"];
  expect(await access("online").consents()).toEqual({ roles: people });
  application?.permissions.push("Mail.ReadWrite", "full_access_as_app");
  expect(await access("online").consents()).toEqual({
    roles: [...people, "Mail.ReadWrite", "full_access_as_app"],
  });
  application?.permissions.splice(2);
});

test("an application whose secret is elsewhere is not asked, and the reason told; a wrong secret is an error of its own", async () => {
  expect(await access("online", { SIU_DEMO_APPLICATION_SECRET: undefined }).consents()).toEqual({
    unknown: "application.clientSecret: set the environment variable SIU_DEMO_APPLICATION_SECRET",
  });
  await expect(access("online", { SIU_DEMO_APPLICATION_SECRET: "wrong" }).consents()).rejects.toMatchObject({
    code: "WRONG_CREDENTIALS",
    message: expect.stringContaining("serviceAccount.application: clientId") as string,
  });
});
