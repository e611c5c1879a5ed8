import { readFileSync } from "node:fs";
import { PowerShell, ProcessError } from "node-powershell";
import { Fault } from "../errors.ts";
import type { Row } from "../port.ts";
import { sourced } from "./literal.ts";

/** What one call came to. */
export interface CallAnswer {
  value: Row[];
  warnings: string[];
  /** Exception's type, its category's reason, and its text. */
  error?: { type: string; reason: string; message: string };
}

/** A PowerShell process that runs one statement after the other. */
export interface Shell {
  /** @throws Fault UNAVAILABLE when the process ended, or did not answer in time; it is of no more use then */
  run: (statement: string) => Promise<CallAnswer>;
  /** Ends the process. */
  end: () => Promise<void>;
}

export interface ShellOptions {
  /** Instead of `pwsh` from the PATH; the environment variable NODE_POWERSHELL is stronger still. */
  executable?: string;
  /** Variables of the process; this one's own unless told. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that one answer may take. */
  longest: number;
}

/** Starts PowerShell and teaches it to answer in our form. @throws Fault UNSUPPORTED where there is no PowerShell, UNAVAILABLE */
export async function openShell({ executable, env, longest }: ShellOptions): Promise<Shell> {
  const process = new PowerShell({
    ...(executable === undefined ? { pwsh: true } : { executable }),
    executableOptions: { "-NoProfile": true, "-NonInteractive": true },
    invocationTimeout: longest,
    ...(env && { spawnOptions: { env } }),
  });
  silence(process);
  const end = async (): Promise<void> => {
    // The process is to go: how it went no longer matters to anybody.
    await process.dispose().catch(() => undefined);
  };
  const invoke = async (statement: string): Promise<string> => {
    try {
      return (await process.invoke(statement)).raw;
    } catch (cause) {
      await end();
      throw broken(cause);
    } finally {
      // The library keeps every command and answer, secrets included.
      process.history.length = 0;
    }
  };
  await invoke(sourced(readFileSync(new URL("session.ps1", import.meta.url), "utf8")));
  return {
    run: async (statement) => {
      // One that ends during a call "answers" nothing at all, and so no error either.
      const answered = /^SIU:([A-Za-z0-9+/=]+)\s*$/m.exec(await invoke(`Invoke-Siu { ${statement} }`))?.[1];
      if (answered !== undefined) return read(answered);
      await end();
      throw new Fault("UNAVAILABLE", "The PowerShell session ended without an answer. Run again.");
    },
    end,
  };
}

/** Where the variable DEBUG says so, the library prints every command and answer, secrets included. */
function silence(process: PowerShell): void {
  const printers = Reflect.get(process, "debuggers") as Record<string, { enabled: boolean }>;
  for (const printer of Object.values(printers)) printer.enabled = false;
}

function read(answered: string): CallAnswer {
  return JSON.parse(Buffer.from(answered, "base64").toString("utf8")) as CallAnswer;
}

/** What PowerShell itself says may repeat the command, and with it a secret: it is not passed on. */
function broken(cause: unknown): Fault {
  if (
    cause instanceof ProcessError &&
    (cause.originalError as NodeJS.ErrnoException | undefined)?.code === "ENOENT"
  ) {
    return new Fault(
      "UNSUPPORTED",
      "PowerShell is not there. Install PowerShell 7 so that `pwsh` is on the PATH, or use via: rest.",
    );
  }
  return new Fault(
    "UNAVAILABLE",
    cause instanceof ProcessError
      ? "The PowerShell process ended on its own. Run again."
      : "The PowerShell session did not answer in time, or in a form that can be understood. Run again.",
  );
}
