import { expect, test } from "vitest";
import { withoutSecrets } from "../../../../providers/exchange/powershell/environment.ts";

test("a PowerShell process inherits what it needs, and no secret", () => {
  const needed = {
    PATH: "/usr/bin",
    HOME: "/home/operator",
    PSModulePath: "/modules",
    HTTPS_PROXY: "http://proxy",
    KRB5CCNAME: "/tmp/krb5cc",
    IDENTITY_ENDPOINT: "http://localhost/token",
    IDENTITY_HEADER: "given to every process of the machine",
  };
  const secrets = {
    SIU_TOKEN: "x",
    SIU_DEMO_ANYTHING: "x",
    PULUMI_CONFIG_PASSPHRASE: "x",
    PULUMI_ACCESS_TOKEN: "x",
    EXCHANGE_ADMIN_PASSWORD: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AZURE_STORAGE_KEY: "x",
    CLIENT_SECRET: "x",
    named_by_the_stack: "x",
  };
  expect(withoutSecrets({ ...needed, ...secrets }, ["named_by_the_stack"])).toEqual(needed);
});
