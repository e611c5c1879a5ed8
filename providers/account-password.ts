import { randomInt, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "./exchange/errors.ts";

const alphabets = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "-_.+=!"];

/**
 * The password in a file that only its owner reads. Generated when there is no file yet, and written before it is used: a run that
 * breaks off afterwards finds it again. The daemon reads the same file.
 */
export async function keptPassword(path: string): Promise<{ value: string; generated: boolean }> {
  try {
    const value = (await readFile(path, "utf8")).trimEnd();
    if (value !== "") return { value, generated: false };
    throw new Fault(
      "UNMET",
      `The file '${path}' of serviceAccount.password is empty. Write the password into it, or delete it: then one is generated.`,
    );
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const value = generatePassword();
  await mkdir(dirname(path), { recursive: true });
  // Whole or not at all: a run that is killed here leaves no half a password.
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, `${value}\n`, { mode: 0o600, flag: "wx" });
  await rename(unfinished, path);
  return { value, generated: true };
}

/** 32 characters, some of each class that Windows asks for, none that look alike. */
export function generatePassword(): string {
  const all = alphabets.join("");
  const each = [...alphabets, ...Array.from({ length: 28 }, () => all)].map((from) =>
    from.charAt(randomInt(from.length)),
  );
  for (let index = each.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [each[index], each[other]] = [each[other] ?? "", each[index] ?? ""];
  }
  return each.join("");
}
