import type { Organization } from "../organization.ts";
import type { Row, Side, SideName } from "../store.ts";
import type { ParameterType } from "./parameter.ts";

/** One call of a cmdlet, its parameters bound: canonical names, converted values. */
export interface Call {
  organization: Organization;
  side: Side;
  parameters: Row;
  /** Who calls: a UPN, or an application's id. */
  caller: string;
  /** Adds a line to `@adminapi.warnings`. */
  warn: (text: string) => void;
}

/** Where something is made before anybody asks. */
export type Place = Pick<Call, "organization" | "side">;

/** A cmdlet as data. It maps store and parameters to rows, throws CmdletError, and never knows who asks. */
export interface Cmdlet {
  name: string;
  /** Types that its own file knows better than its signature. */
  types?: Record<string, ParameterType>;
  /** Makes the objects that a side has from the start, once; of the cmdlet that reads them. */
  furnish?: (place: Place) => void;
  run: (call: Call) => Row[] | Promise<Row[]>;
}

/** A cmdlet with what its signature says: where it is, and every parameter. */
export interface SignedCmdlet extends Cmdlet {
  sides: readonly SideName[];
  parameters: Record<string, ParameterType>;
  /** The parameter set that counts where several fit. */
  defaultSet?: string;
}
