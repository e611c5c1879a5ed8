import { expect, test } from "vitest";
import { isKeptByKeyVault } from "../../../stacks/cli/state.ts";

test.each([
  ["secretsprovider: azurekeyvault://siu.vault.azure.net/keys/state\nencryptedkey: abc\n", true],
  ["secretsprovider: passphrase\nencryptionsalt: v1:abc\n", false],
  ["encryptionsalt: v1:abc\n", false],
  ["config:\n  a: secretsprovider: x\n", false],
])("%j needs no passphrase: %s", (settings, kept) => {
  expect(isKeptByKeyVault(settings)).toBe(kept);
});
