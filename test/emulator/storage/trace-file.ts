import type { Side, TraceEvent } from "../store.ts";
import { readFrames, writeFrame } from "./frames.ts";
import { openSegment, truncate, type Segment } from "./segment.ts";

/** A side's trace and its file, to which events are appended. */
export interface TraceFile {
  segment: Segment;
  side: Side;
  /** How many events are written. */
  written: number;
}

/** Opens the file of a trace, and puts what it holds before what the side has. @throws Error when the file is damaged */
export function openTraceFile(path: string, side: Side): TraceFile {
  const segment = openSegment(path);
  const events = (readFrames(segment) as TraceEvent[][]).flat();
  side.trace = [...events, ...side.trace];
  return { segment, side, written: events.length };
}

/** Appends what was traced since; a trace that somebody cut is written anew. @throws Error of the file system */
export function writeTrace(file: TraceFile): void {
  const { trace } = file.side;
  if (trace.length < file.written) {
    truncate(file.segment, 0);
    file.written = 0;
  }
  if (trace.length > file.written) writeFrame(file.segment, trace.slice(file.written));
  file.written = trace.length;
}
