import type { Finding, Standing } from "../../../providers/drift.ts";

/** A finding with the line of the stack's file that declares the resource; lines and columns count from 1. */
export interface Located extends Finding {
  readonly line: number;
  readonly column: number;
  /** `connectors.inbound`. */
  readonly path: string;
}

/** What `siu drift` found, whatever the form in which it is told. */
export interface Report {
  readonly stack: string;
  /** `stacks/demo.yaml`, with forward slashes. */
  readonly file: string;
  /** Every resource, those that are as declared included. */
  readonly findings: readonly Located[];
}

/** What a standing means, for people; the rules of a SARIF log. */
export const meanings: Readonly<Record<Standing, string>> = {
  "as-declared": "is as declared",
  paused: "is paused: it stays off until siu resume",
  missing: "does not exist in Exchange",
  "not-owned": "is not this stack's: it does not carry its mark",
  changed: "is not as declared",
  unmet: "is not met",
  undeclared: "was made by this stack, which no longer declares it",
};

/** Whether a finding is drift: what is paused is off on purpose. */
export function isDrift({ standing }: Finding): boolean {
  return standing !== "as-declared" && standing !== "paused";
}

/** Whether a finding is worth a word. */
export function isTold({ standing }: Finding): boolean {
  return standing !== "as-declared";
}

/** `InboundConnector 'x' is not as declared`. */
export function headline({ title, standing }: Finding): string {
  return `${title} ${meanings[standing]}`;
}

/** Each point of a finding, a sentence or `RequireTls is "false" instead of "true"`. */
export function points({ changes, unmet }: Finding): string[] {
  const tell = (value: unknown): string =>
    value === null || value === undefined ? "not set" : JSON.stringify(value);
  return [
    ...unmet,
    ...changes.map(({ parameter, want, have }) => `${parameter} is ${tell(have)} instead of ${tell(want)}`),
  ];
}

/** `2 of 14 resources differ.` */
export function summary({ findings }: Report): string {
  const count = findings.filter(isDrift).length;
  const paused = findings.filter(({ standing }) => standing === "paused").length;
  const off = paused === 0 ? "" : ` ${paused} ${paused === 1 ? "is" : "are"} paused.`;
  if (count === 0) return `Exchange is as declared: ${findings.length} resources, no drift.${off}`;
  return `${count} of ${findings.length} resources ${count === 1 ? "differs" : "differ"} from the file.${off}`;
}
