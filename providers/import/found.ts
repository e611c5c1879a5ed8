import { delta } from "../delta.ts";
import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { complete, decode, type ObjectKind, type Props } from "../kind.ts";
import { markOf, originOf, unmarked } from "../mark.ts";

/** A part of a configuration as it would be written. */
export type Section = Record<string, unknown>;

/** Where a part of an organization is read, and for which stack. */
export interface Source {
  session: Session;
  stack: string;
  /** Hears what is there and cannot be said in the file as it is, each with what to do. */
  remark: (text: string) => void;
}

/** Parameters in which an object is not what these properties make; none where a deployment would change nothing but its mark. Pure. */
export function unlike(kind: ObjectKind, props: Props, row: Row, stack: string): string[] {
  const { mark } = kind;
  const plain = mark === undefined ? row : { ...row, [mark]: unmarked(row[mark], markOf(stack)) };
  return delta(kind, props, decode(kind, plain, Object.keys(complete(kind, props)))).map(
    ({ parameter }) => parameter,
  );
}

/** `adopt` of an object: what this stack has not made is taken over, and given back as it was. Pure. */
export function adoption({ mark }: ObjectKind, row: Row, stack: string): Section {
  if (mark === undefined || originOf(row[mark], markOf(stack)) === "created") return {};
  return { adopt: "restore" };
}

/** What is not the default of the configuration. Pure. */
export function unless(usual: Section, section: Section): Section {
  return Object.fromEntries(
    Object.entries(section).filter(([key, value]) => value !== undefined && value !== usual[key]),
  );
}

/** A property of several values, or of one, as texts. Pure. */
export function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .filter((each) => each !== null && each !== undefined && each !== "")
    .map(String);
}
