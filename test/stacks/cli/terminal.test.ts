import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { paint, startProgress, verdict, withoutColour } from "../../../stacks/cli/terminal.ts";

/** A stream that says it is a terminal of 20 columns, or not, and what was written to it. */
function screen(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const pipe = new PassThrough();
  const extra = { isTTY, columns: 20, getColorDepth: () => (process.env["NO_COLOR"] ? 1 : 8) };
  const stream = Object.assign(pipe, extra) as unknown as NodeJS.WriteStream;
  return { stream, text: () => String(pipe.read() ?? "") };
}

afterEach(() => void vi.unstubAllEnvs());

function atTerminal(): NodeJS.WriteStream {
  vi.stubEnv("FORCE_COLOR", undefined);
  vi.stubEnv("NO_COLOR", undefined);
  vi.stubEnv("TERM", "xterm");
  return screen(true).stream;
}

test("colours are for terminals", () => {
  expect(paint("red", "no", atTerminal())).toBe("\u001B[31mno\u001B[39m");
  expect(paint("red", "no", screen(false).stream)).toBe("no");
});

test("NO_COLOR and --no-color keep them off, whatever FORCE_COLOR says", () => {
  const terminal = atTerminal();
  vi.stubEnv("FORCE_COLOR", "1");
  withoutColour();
  expect(verdict("good", "server", terminal)).toBe("✓ server");
});

test("steps take each other's place at a terminal, and what stays is a line of its own", () => {
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("TERM", "xterm");
  const { stream, text } = screen(true);
  const progress = startProgress(false, stream);
  progress.step("looking for the server in all places");
  progress.step("signing in");
  progress.keep("signed in");
  progress.end();
  expect(text()).toBe("looking for the s …\r\u001B[2Ksigning in …\r\u001B[2Ksigned in\n");
});

test("without a terminal each step is a line, and a silent one says nothing", () => {
  const { stream, text } = screen(false);
  const progress = startProgress(false, stream);
  progress.step("looking");
  progress.keep("found");
  progress.end();
  expect(text()).toBe("looking\nfound\n");
  const silent = startProgress(true, stream);
  silent.step("looking");
  silent.keep("found");
  expect(text()).toBe("");
});
