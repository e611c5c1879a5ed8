import { expect, test } from "vitest";
import { identityAddress, identityService } from "../../../providers/exchange/managed-identity.ts";

const resource = encodeURIComponent("https://outlook.office365.com");

test("an App Service says where its identity service is, and what proves a request", () => {
  const managedIdentity = identityService({
    IDENTITY_ENDPOINT: "http://localhost:81/token",
    IDENTITY_HEADER: "x",
  });
  expect(managedIdentity.headers).toEqual({ "x-identity-header": "x" });
  expect(identityAddress({ managedIdentity })).toBe(
    `http://localhost:81/token?api-version=2019-08-01&resource=${resource}`,
  );
});

test("a virtual machine has it at a fixed address; one of several identities is named", () => {
  const managedIdentity = identityService({});
  expect(managedIdentity.headers).toEqual({ metadata: "true" });
  expect(identityAddress({ managedIdentity, clientId: "one" })).toBe(
    `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${resource}&client_id=one`,
  );
});
