import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generatePassword, keptPassword } from "../../providers/account-password.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "password-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("the service account's password", () => {
  test("is generated into a file that only its owner reads, and found there again", async () => {
    const path = join(folder, "deep", "service-account.password");
    const first = await keptPassword(path);
    expect(first.generated).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await keptPassword(path)).toEqual({ value: first.value, generated: false });
    expect((await readFile(path, "utf8")).trimEnd()).toBe(first.value);
  });

  test("that the operator put there is used", async () => {
    const path = join(folder, "chosen");
    await writeFile(path, "Chosen-1!\n");
    expect(await keptPassword(path)).toEqual({ value: "Chosen-1!", generated: false });
  });

  test("that is empty is refused, and no account gets it", async () => {
    const path = join(folder, "empty");
    await writeFile(path, "\n");
    await expect(keptPassword(path)).rejects.toMatchObject({ code: "UNMET" });
  });

  test("leaves nothing else beside its file", async () => {
    await keptPassword(join(folder, "alone", "password"));
    expect(await readdir(join(folder, "alone"))).toEqual(["password"]);
  });

  test("a file that cannot be read is a failure, not a reason to make another password", async () => {
    await expect(keptPassword(folder)).rejects.toThrow("EISDIR");
  });

  test("is long, of every class that Windows asks for, and never the same", () => {
    const made = Array.from({ length: 50 }, generatePassword);
    for (const each of made) expect(each).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d)(?=.*[-_.+=!]).{32}$/);
    expect(new Set(made).size).toBe(50);
  });
});
