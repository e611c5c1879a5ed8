import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of this project in a folder of its own, with the dependencies of the original. */
export async function copyCheckout(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "siu-"));
  const isOfStack = (path: string): boolean => /Pulumi\.[^/\\]*\.yaml$/.test(path);
  for (const name of ["Pulumi.yaml", "package.json", "stacks", "providers", "reconciler", "ntlm", "test"]) {
    await cp(join(root, name), join(folder, name), { recursive: true, filter: (path) => !isOfStack(path) });
  }
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
