import { Fault, interpret, typed } from "./errors.ts";
import { persist, reads, type Setback } from "./patience.ts";
import type { Exchange, Parameters, SideName } from "./port.ts";
import { command } from "./powershell/literal.ts";
import { secure } from "./powershell/connect.ts";
import { openShell, type CallAnswer, type Shell } from "./powershell/shell.ts";
import { toTell } from "./warnings.ts";

/** How one side is reached by PowerShell. */
export interface PwshOptions {
  side: SideName;
  /** The statement that opens the session there; asked for again before each call, and run again when it is another (a token ran out). @throws Fault */
  connect: () => Promise<string>;
  /** The statement that closes it. */
  disconnect: string;
  /** Hears that Exchange refused who signed in, though it took it before: the next `connect` signs in anew. */
  refused?: () => void;
  executable?: string;
  /** Variables of the PowerShell process; this one's own unless told. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Hears what Exchange warns of, and what is waited for. */
  warn?: (text: string) => void;
  wait: (milliseconds: number) => Promise<void>;
}

/** Milliseconds that one answer may take: a session is opened, or all recipients are read. */
const longest = 600_000;

/** A session that is gone, whatever the cmdlet; the next attempt opens another. */
const lost = /PSRemotingTransportException|InvalidRunspaceState|runspace state|PSInvalidOperationException/i;

/** The module's word for HTTP 401. */
const unauthorized = /^\W*unauthorized\W*$|\b401\b[^]{0,40}unauthorized/i;

/** "The user load quota of 1000 requests per 2 seconds has been exceeded ... will not be approved for at least 5000 milliseconds." */
const overQuota = /load quota[^]*exceeded(?:[^]*at least (\d+) milliseconds)?/i;

/**
 * The admin port over one PowerShell process and one session in it (node-powershell): one cmdlet after the other. Starts nothing
 * before the first call.
 */
export function createPwsh(options: PwshOptions): Exchange {
  const { side, connect, disconnect, refused, executable, env, warn, wait } = options;
  let shell: Shell | undefined;
  /** The statement that opened the session that the process has. */
  let openedBy: string | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function session(by: string): Promise<Shell> {
    shell ??= await openShell({
      longest,
      ...(executable !== undefined && { executable }),
      ...(env && { env }),
    });
    if (openedBy === by) return shell;
    const answer = await shell.run(by);
    if (answer.error) throw throttled(answer.error) ?? notConnected(side, answer.error);
    openedBy = by;
    return shell;
  }

  async function forget(): Promise<void> {
    const ended = shell;
    shell = openedBy = undefined;
    await ended?.end();
  }

  /** Until the cmdlet is run nothing is done, and everything can be repeated. */
  async function ready(): Promise<{ done: Shell } | Setback> {
    let because = "the token service does not answer";
    try {
      const by = await connect();
      because = "no session with Exchange can be opened";
      return { done: await session(by) };
    } catch (fault) {
      await forget();
      if (!(fault instanceof Fault)) throw fault;
      const busy = fault.code === "THROTTLED";
      return { fault, repeatable: busy || fault.code === "UNAVAILABLE", ...(!busy && { because }) };
    }
  }

  async function run(
    cmdlet: string,
    statement: string,
    parameters: Parameters,
    renewed = false,
  ): Promise<{ done: CallAnswer } | Setback> {
    const opened = await ready();
    if (!("done" in opened)) return opened;
    const because = "the session with Exchange broke off, and another is opened";
    const answer = await opened.done.run(statement).catch((error: unknown) => error);
    if (answer instanceof Error) {
      await forget();
      if (!(answer instanceof Fault)) throw answer;
      return { fault: answer, repeatable: reads(cmdlet), because };
    }
    const { error } = answer as CallAnswer;
    if (!error) return { done: answer as CallAnswer };
    const { type, reason, message } = error;
    const busy = throttled(error);
    if (busy) return { fault: busy, repeatable: true };
    if (lost.test(`${type} ${reason}`)) {
      await forget();
      return { fault: broke(cmdlet), repeatable: reads(cmdlet), because };
    }
    if (unauthorized.test(message)) {
      if (renewed) return { fault: interpret(cmdlet, 401, ""), repeatable: false };
      refused?.();
      openedBy = undefined;
      return run(cmdlet, statement, parameters, true);
    }
    // Exchange Online says its type in the text, a server of one's own in the category.
    const told = typed.test(message) ? message : `|${reason || type}|${message}`;
    const fault = interpret(cmdlet, 400, told, parameters);
    return { fault, repeatable: fault.code === "THROTTLED" };
  }

  return {
    side,
    invoke: (cmdlet, parameters = {}) => {
      const answer = last.then(() => {
        const statement = statementOf(cmdlet, parameters);
        return persist(cmdlet, () => run(cmdlet, statement, parameters), { wait, warn });
      });
      // Whoever asked hears of the failure.
      last = answer.catch(() => undefined);
      return answer.then(({ value, warnings }) => {
        for (const text of toTell(cmdlet, parameters, warnings)) warn?.(text);
        return value;
      });
    },
    close: async () => {
      await last;
      // The server ends a session that was not closed by itself, later.
      if (openedBy !== undefined) await shell?.run(disconnect).catch(() => undefined);
      await forget();
    },
  };
}

/** A cmdlet as a statement; a password is a SecureString there. */
function statementOf(cmdlet: string, parameters: Parameters): string {
  const { Password, ...others } = parameters;
  const stop = `${command(cmdlet, others)} -ErrorAction Stop`;
  return typeof Password === "string" ? `${stop} -Password:${secure(Password, `${cmdlet} -Password`)}` : stop;
}

function throttled({ message }: NonNullable<CallAnswer["error"]>): Fault | undefined {
  const quota = overQuota.exec(message);
  if (!quota) return undefined;
  const retryAfter = quota[1] === undefined ? undefined : Number(quota[1]);
  return new Fault("THROTTLED", "Exchange asks to slow down: run again in a few minutes.", { retryAfter });
}

function broke(cmdlet: string): Fault {
  return new Fault("UNAVAILABLE", `${cmdlet}: the PowerShell session broke off. Run again.`);
}

function notConnected(side: SideName, { type, reason, message }: NonNullable<CallAnswer["error"]>): Fault {
  const where = `connections.${side}.admin`;
  if (/CommandNotFound/.test(`${type} ${reason}`)) {
    return new Fault(
      "UNSUPPORTED",
      side === "online"
        ? "PowerShell has no Connect-ExchangeOnline: run Install-Module ExchangeOnlineManagement there."
        : "This PowerShell has no remote sessions (New-PSSession): use one that has, on Windows.",
    );
  }
  const denied = /access is denied|unauthorized|AADSTS|logon|credential|password/i.test(message);
  const hint =
    side === "onPremises"
      ? `Check ${where}.url, username and password, and that the authentication is what the server offers. PowerShell on Linux can often not open such a session: use Windows.`
      : `Check ${where}: clientId, its certificate or secret (or the machine's managed identity), and that the application has Exchange.ManageAsApp and the Exchange administrator role.`;
  return new Fault(
    denied ? "WRONG_CREDENTIALS" : "UNAVAILABLE",
    `PowerShell cannot open a session with Exchange (${reason || type}). ${hint}`,
  );
}
