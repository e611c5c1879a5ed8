/**
 * The admin plane of one side of Exchange: cmdlets in, objects out. Adapters: rest.ts (admin REST), pwsh.ts.
 * test/contract/admin.test.ts holds every adapter to it.
 */

export type SideName = "onPremises" | "online";

/** Named parameters of one cmdlet call, with their PowerShell names; `null` clears, an array is a collection. */
export type Parameters = Record<string, Parameter>;
export type Parameter = string | number | boolean | null | readonly string[];

/** An object as the cmdlet returned it. */
export type Row = Readonly<Record<string, unknown>>;

export interface Exchange {
  readonly side: SideName;
  /**
   * Runs one cmdlet and returns every object it wrote, all pages.
   * @throws Fault; `NOT_FOUND` only when Exchange itself said that the object does not exist.
   */
  invoke: (cmdlet: string, parameters?: Parameters) => Promise<Row[]>;
  close: () => Promise<void>;
}
