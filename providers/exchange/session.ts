import { createAddressBook } from "./address-book.ts";
import { Fault, isFault } from "./errors.ts";
import { idOf, withoutRow, withRow } from "./known.ts";
import type { Exchange, Parameter, Parameters, Row, SideName } from "./port.ts";

/** How the objects of a noun are read. */
export interface Reading {
  readonly noun: string;
  /** Narrows the bulk read. */
  readonly query?: Parameters | undefined;
  /** Further parameters, for objects that `Get-` hides unless asked. */
  readonly hidden?: readonly Parameters[] | undefined;
  /** The property that numbers the objects from 0, if one does: each one that comes, moves or goes shifts others. */
  readonly place?: string | undefined;
}

/** One side of the organization for the length of one deployment. */
export interface Session {
  readonly side: SideName;
  /** All objects of a noun: one `Get-` per deployment, kept up to date by `one`. @throws Fault */
  rows: (noun: string, query?: Parameters) => Promise<readonly Row[]>;
  /** One object as Exchange shows it now, by its id; undefined only when Exchange itself says that it is not there. @throws Fault */
  one: (reading: Reading, id: string) => Promise<Row | undefined>;
  /** An object that is not there any more. */
  gone: (reading: Reading, id: string) => Promise<void>;
  /** The recipient (mailbox, mail user, group) that an address or another identity names; undefined when there is none. @throws Fault */
  recipient: (identity: string) => Promise<Row | undefined>;
  /** What a look comes to: it is taken once, until something is written to this side. */
  once: <Seen>(what: string, look: () => Promise<Seen>) => Promise<Seen>;
  /** Makes the next reading of a noun, or of everything, ask Exchange again. */
  forget: (noun?: string) => void;
  /** Runs any cmdlet; one that may write makes the noun be read anew. @throws Fault */
  run: (cmdlet: string, parameters: Parameters) => Promise<Row[]>;
  /** Runs a cmdlet on one object that is read back with `one` afterwards: what is known of others stays, unless it fails. @throws Fault */
  write: (cmdlet: string, parameters: Parameters) => Promise<Row[]>;
  /** Does one thing after the other: what changes the places of a noun's objects has to know them. */
  inTurn: <Done>(noun: string, work: () => Promise<Done>) => Promise<Done>;
  close: () => Promise<void>;
}

/** A session that reads in bulk over an adapter of the admin port; `expected` are addresses that will be asked for. */
export function openSession(exchange: Exchange, expected: () => readonly string[] = () => []): Session {
  const known = new Map<string, Map<string, Promise<readonly Row[]>>>();
  const looks = new Map<string, Promise<unknown>>();
  const turns = new Map<string, Promise<unknown>>();
  let book = createAddressBook(exchange, expected);

  function keep(noun: string, key: string, reading: Promise<readonly Row[]>): Promise<readonly Row[]> {
    const ofNoun = known.get(noun) ?? new Map<string, Promise<readonly Row[]>>();
    known.set(noun, ofNoun.set(key, reading));
    // A failure is not knowledge: the next caller asks again.
    reading.catch(() => ofNoun.delete(key));
    return reading;
  }

  /** Corrects what is known of a noun, also by readings under way; what cannot be corrected is forgotten. */
  async function amend(
    noun: string,
    change: (rows: readonly Row[], key: string) => readonly Row[] | undefined,
  ): Promise<void> {
    const amending = [...(known.get(noun) ?? [])].map(([key, reading]) => {
      const next: Promise<readonly Row[]> = reading.then((rows) => {
        const amended = change(rows, key);
        if (!amended && known.get(noun)?.get(key) === next) known.get(noun)?.delete(key);
        return amended ?? rows;
      });
      return keep(noun, key, next);
    });
    // Whoever asked for a reading that failed heard of it.
    await Promise.allSettled(amending);
  }

  function forget(noun?: string): void {
    if (noun === undefined) known.clear();
    else known.delete(noun);
    looks.clear();
    if (isOfRecipients(noun)) book = createAddressBook(exchange, expected);
  }

  /** What one object's change may have made untrue besides its own row: who has its addresses, who is in which group, and what looks came to. */
  function changed(noun: string, id: Parameter | undefined): void {
    looks.clear();
    if (!isOfRecipients(noun)) return;
    known.delete("DistributionGroupMember");
    book.written(id === undefined ? undefined : String(id));
  }

  const gone = ({ noun, place }: Reading, id: string): Promise<void> =>
    amend(noun, (rows) => withoutRow(rows, id, place));

  return {
    side: exchange.side,
    rows: (noun, query = {}) => {
      const key = JSON.stringify(query);
      return known.get(noun)?.get(key) ?? keep(noun, key, exchange.invoke(`Get-${noun}`, query));
    },
    gone,
    one: async (reading, id) => {
      const { noun, query = {}, hidden = [], place } = reading;
      for (const also of [{}, ...hidden]) {
        const row = await single(exchange, noun, { Identity: id, ...also });
        if (!row) continue;
        await amend(noun, (rows, key) =>
          key === JSON.stringify(query) || rows.some((each) => idOf(each) === id)
            ? withRow(rows, row, place)
            : rows,
        );
        return row;
      }
      await gone(reading, id);
      return undefined;
    },
    recipient: (identity) => book.find(identity),
    once: (what, look) => {
      const seen = looks.get(what) as ReturnType<typeof look> | undefined;
      if (seen) return seen;
      const looking = look();
      looks.set(what, looking);
      // A failure is not knowledge, and a later look may have taken its place.
      looking.catch(() => looks.get(what) === looking && looks.delete(what));
      return looking;
    },
    forget,
    run: async (cmdlet, parameters) => {
      const [verb = "", noun = ""] = cmdlet.split("-");
      if (["Get", "Test", "Validate"].includes(verb)) return exchange.invoke(cmdlet, parameters);
      try {
        return await exchange.invoke(cmdlet, parameters);
      } finally {
        // Dropped after the write, and after a failed one too: a reading that began meanwhile may hold either state.
        forget(noun);
      }
    },
    write: async (cmdlet, parameters) => {
      const [, noun = ""] = cmdlet.split("-");
      try {
        const rows = await exchange.invoke(cmdlet, parameters);
        changed(noun, parameters["Identity"]);
        return rows;
      } catch (error) {
        forget(noun);
        throw error;
      }
    },
    inTurn: async (noun, work) => {
      const before = turns.get(noun);
      const mine = (async () => {
        await before?.catch(() => undefined);
        return work();
      })();
      turns.set(noun, mine);
      return mine;
    },
    close: exchange.close,
  };
}

/** Whether writing to a noun changes recipients: their addresses, or that they are there. Who is in a group is no matter of theirs. */
function isOfRecipients(noun = "Mailbox"): boolean {
  return /Mailbox|Group|User|Contact/.test(noun) && noun !== "DistributionGroupMember";
}

/** The object with exactly this id. @throws Fault UNEXPECTED for an answer that neither shows it nor says that it is not there */
async function single(
  exchange: Exchange,
  noun: string,
  parameters: Parameters & { Identity: string },
): Promise<Row | undefined> {
  try {
    const rows = await exchange.invoke(`Get-${noun}`, parameters);
    const found = rows.find((each) => idOf(each).toLowerCase() === parameters.Identity.toLowerCase());
    if (found) return found;
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return undefined;
    throw error;
  }
  throw new Fault(
    "UNEXPECTED",
    `Get-${noun} neither shows '${parameters.Identity}' nor says that it does not exist. Run again in a few minutes.`,
  );
}
