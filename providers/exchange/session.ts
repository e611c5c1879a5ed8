import type { Exchange, Parameters, Row, SideName } from "./port.ts";

/** One side of the organization for the length of one deployment. */
export interface Session {
  readonly side: SideName;
  /** All objects of a noun: one `Get-` per deployment, until something of that noun is written. @throws Fault */
  rows: (noun: string, query?: Parameters) => Promise<readonly Row[]>;
  /** Makes the next reading of a noun ask Exchange again. */
  forget: (noun: string) => void;
  /** Runs any cmdlet; one that may write makes the noun be read anew. @throws Fault */
  run: (cmdlet: string, parameters: Parameters) => Promise<Row[]>;
  close: () => Promise<void>;
}

/** A session that reads in bulk over an adapter of the admin port. */
export function openSession(exchange: Exchange): Session {
  const known = new Map<string, Map<string, Promise<readonly Row[]>>>();
  return {
    side: exchange.side,
    rows: (noun, query = {}) => {
      const ofNoun = known.get(noun) ?? new Map<string, Promise<readonly Row[]>>();
      known.set(noun, ofNoun);
      const key = JSON.stringify(query);
      const reading = ofNoun.get(key) ?? exchange.invoke(`Get-${noun}`, query);
      ofNoun.set(key, reading);
      // A failure is not knowledge: the next caller asks again.
      reading.catch(() => ofNoun.delete(key));
      return reading;
    },
    forget: (noun) => void known.delete(noun),
    run: async (cmdlet, parameters) => {
      const [verb = "", noun = ""] = cmdlet.split("-");
      if (["Get", "Test", "Validate"].includes(verb)) return exchange.invoke(cmdlet, parameters);
      try {
        return await exchange.invoke(cmdlet, parameters);
      } finally {
        // Dropped after the write, and after a failed one too: a reading that began meanwhile may hold either state.
        known.delete(noun);
      }
    },
    close: exchange.close,
  };
}
