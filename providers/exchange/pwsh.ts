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
  executable?: string;
  /** Hears what Exchange warns of, and what is waited for. */
  warn?: (text: string) => void;
  wait: (milliseconds: number) => Promise<void>;
}

/** Milliseconds that one answer may take: a session is opened, or all recipients are read. */
const longest = 600_000;

/** A session that is gone, whatever the cmdlet; the next attempt opens another. */
const lost = /PSRemotingTransportException|InvalidRunspaceState|runspace state|PSInvalidOperationException/i;

/**
 * The admin port over one PowerShell process and one session in it (node-powershell): one cmdlet after the other. Starts nothing
 * before the first call.
 */
export function createPwsh(options: PwshOptions): Exchange {
  const { side, connect, disconnect, executable, warn, wait } = options;
  let open: { shell: Shell; by: string } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function session(): Promise<Shell> {
    const by = await connect();
    if (open?.by === by) return open.shell;
    const shell =
      open?.shell ?? (await openShell({ longest, ...(executable !== undefined && { executable }) }));
    open = { shell, by };
    const answer = await shell.run(by);
    if (!answer.error) return shell;
    await forget();
    throw notConnected(side, answer.error);
  }

  async function forget(): Promise<void> {
    const shell = open?.shell;
    open = undefined;
    await shell?.end();
  }

  async function attempt(cmdlet: string, parameters: Parameters): Promise<{ done: CallAnswer } | Setback> {
    try {
      const statement = statementOf(cmdlet, parameters);
      const answer = await (await session()).run(statement);
      if (!answer.error) return { done: answer };
      const { type, reason, message } = answer.error;
      const gone = lost.test(`${type} ${reason}`);
      if (gone) await forget();
      // Exchange Online says its type in the text, a server of one's own in the category.
      const told = typed.test(message) ? message : `|${reason || type}|${message}`;
      const fault = gone ? broke(cmdlet) : interpret(cmdlet, 400, told, parameters);
      return { fault, repeatable: fault.code === "THROTTLED" || (gone && reads(cmdlet)) };
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (fault.code === "UNAVAILABLE") await forget();
      return { fault, repeatable: fault.code === "UNAVAILABLE" && reads(cmdlet) };
    }
  }

  return {
    side,
    invoke: (cmdlet, parameters = {}) => {
      const answer = last.then(() => persist(cmdlet, () => attempt(cmdlet, parameters), { wait, warn }));
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
      await open?.shell.run(disconnect).catch(() => undefined);
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

function broke(cmdlet: string): Fault {
  return new Fault("UNAVAILABLE", `${cmdlet}: the PowerShell session broke off. Run again.`);
}

function notConnected(side: SideName, { type, reason, message }: NonNullable<CallAnswer["error"]>): Fault {
  const where = `connections.${side}.admin`;
  if (/CommandNotFound/.test(`${type} ${reason}`)) {
    return new Fault(
      "UNAVAILABLE",
      side === "online"
        ? "PowerShell has no Connect-ExchangeOnline: run Install-Module ExchangeOnlineManagement there."
        : "This PowerShell has no remote sessions (New-PSSession): use one that has, on Windows.",
    );
  }
  const denied = /access is denied|unauthorized|AADSTS|logon|credential|password/i.test(message);
  const hint =
    side === "onPremises"
      ? `Check ${where}.url, username and password, and that the authentication is what the server offers. PowerShell on Linux can often not open such a session: use Windows.`
      : `Check ${where}: clientId, its certificate or secret, and that the application has Exchange.ManageAsApp and the Exchange administrator role.`;
  return new Fault(
    denied ? "WRONG_CREDENTIALS" : "UNAVAILABLE",
    `PowerShell cannot open a session with Exchange (${reason || type}). ${hint}`,
  );
}
