import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

/** The program. */
export const main = fileURLToPath(new URL("../../../stacks/cli/siu.mjs", import.meta.url));
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** How a run of `siu` ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs `siu` as a process to its end. */
export function siu(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const env = { ...process.env, SIU_TOKEN: undefined, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, out, err });
    });
  });
}

/** A configuration file in a folder of its own, removed after the test. */
export async function stackFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "siu-stack-"));
  folders.push(folder);
  const file = join(folder, "stack.yaml");
  await writeFile(file, text);
  return file;
}

/** The least that is a configuration of an on-premises organization. */
export const least = `environment: onPremises
organization:
  domain: contoso.com
connections:
  onPremises:
    server: mail.contoso.com
    admin: { via: rest, url: https://mail.contoso.com/admin, username: admin@contoso.com, password: "\${env:ADMIN_PASSWORD}" }
serviceAccount:
  upn: siu@contoso.com
  password: \${env:SIU_PASSWORD}
`;
