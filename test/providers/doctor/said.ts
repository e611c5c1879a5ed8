import { examine, type Examination } from "../../../providers/doctor/examine.ts";
import type { LintCode } from "../../../providers/doctor/lints.ts";
import type { Embedded } from "../embedded.ts";
import { patientOf } from "./patient.ts";

/** A change of a stack's text. */
export type Edit = (text: string) => string;

/** What the lints say of a stack on the embedded Exchange: each message behind its code. */
export async function saidOf(
  name: string,
  embedded: Embedded,
  edit?: Edit,
  more: Partial<Examination> = {},
): Promise<string[]> {
  embedded.renew();
  const { findings } = await examine({ ...(await patientOf(name, embedded, edit)), ...more });
  return findings.map(({ code, message }) => `${code} ${message}`);
}

/** Those of one code. */
export function of(code: LintCode, messages: readonly string[]): string[] {
  return messages.filter((each) => each.startsWith(code));
}
