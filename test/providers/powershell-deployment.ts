import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createDeployment, type Deployment } from "./deployment.ts";
import type { Embedded } from "./embedded.ts";
import { pwsh } from "./powershell.ts";

/** A deployment whose cmdlets run over PowerShell. */
export interface PowerShellDeployment extends Deployment {
  /** Numbers of the PowerShell processes that were started, and of those that closed their session, since this was asked last. */
  processes: () => Promise<{ started: number[]; closed: number[] }>;
}

/** The stack of a file with every connection over PowerShell, which a stand-in is. */
export async function overPowerShell(
  stack: string,
  { environment }: Embedded,
  more: Record<string, string> = {},
  executable: string = pwsh,
): Promise<PowerShellDeployment> {
  const log = { file: "" };
  const variables = { ...environment, ...more, NODE_POWERSHELL: executable };
  const deployment = await createDeployment(stack, variables, (folder) => {
    log.file = join(folder, "powershell.log");
    return { STAND_IN_LOG: log.file, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") };
  });
  await writeFile(join(deployment.folder, "ca.pem"), environment["SIU_DEMO_CA"] ?? "");
  await deployment.edit(`stacks/${stack}.yaml`, (text) =>
    text
      .replaceAll("via: rest", "via: powershell")
      .replace("username: admin", "authentication: Basic\n      username: admin"),
  );
  return {
    ...deployment,
    processes: async () => {
      const lines = (await readFile(log.file, "utf8")).split("\n").map((line) => line.split(" "));
      await writeFile(log.file, "");
      const of = (what: string): number[] =>
        lines.filter(([word]) => word === what).map(([, pid]) => Number(pid));
      return { started: of("started"), closed: of("closed") };
    },
  };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
