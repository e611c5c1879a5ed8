import { readFile, writeFile } from "node:fs/promises";

/** Memory of a process, in MB: now, or the most that it ever had. @throws Error where the system has no /proc (the figures are for Linux) */
export async function residentMB(pid: number, which: "now" | "most" = "now"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const line = which === "now" ? /VmRSS:\s+(\d+)/ : /VmHWM:\s+(\d+)/;
  return Math.round(Number(line.exec(status)?.[1] ?? Number.NaN) / 1024);
}

/** Forgets the most memory that a process had so far: what opening a database takes is not what work takes. */
export async function forgetMost(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}

/** Time of a process on processors, in seconds; Linux counts in hundredths. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
