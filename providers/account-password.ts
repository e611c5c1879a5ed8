import { randomInt } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

const alphabets = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "-_.+=!"];

/**
 * The password in a file that only its owner reads. Generated when there is no file yet, and written before it is used: a run that
 * breaks off afterwards finds it again. The daemon reads the same file.
 */
export async function keptPassword(path: string): Promise<{ value: string; generated: boolean }> {
  try {
    return { value: (await readFile(path, "utf8")).trimEnd(), generated: false };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const value = generatePassword();
  await mkdir(dirname(path), { recursive: true });
  // wx: somebody who was faster wins.
  await writeFile(path, `${value}\n`, { mode: 0o600, flag: "wx" });
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
