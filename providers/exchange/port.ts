/**
 * The admin plane of one side of Exchange: cmdlets in, objects out. Adapters: rest.ts (admin REST), pwsh.ts (PowerShell).
 * test/contract/admin.test.ts holds every adapter to it.
 */

/** On the organization's own servers, or in Exchange Online: each side has its own cmdlets and objects. */
export type SideName = "onPremises" | "online";

/** A hashtable. */
export type Table = Readonly<Record<string, string | number>>;

/** One parameter's value: `null` clears, an array is a collection. */
export type Parameter = string | number | boolean | null | readonly string[] | readonly Table[];

/** Named parameters of one cmdlet call, with their PowerShell names. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** An object as the cmdlet returned it. */
export type Row = Readonly<Record<string, unknown>>;

/** One side of an organization, as an administrator's session sees it. */
export interface Exchange {
  readonly side: SideName;
  /**
   * Runs one cmdlet and returns every object it wrote, all pages. Reading is repeated when Exchange is busy; a
   * write only where Exchange said that it did nothing.
   * @throws Fault; `NOT_FOUND` only when Exchange itself said that the object does not exist.
   */
  invoke: (cmdlet: string, parameters?: Parameters) => Promise<Row[]>;
  close: () => Promise<void>;
}
