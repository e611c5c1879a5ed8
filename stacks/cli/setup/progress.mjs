/**
 * One line about something slow: what, how long it usually takes, how long it has taken so far. On a terminal the
 * line is rewritten every second; in a log a line appears at the start, every 30 seconds and at the end.
 * @param {string} what
 * @param {number} expected seconds
 * @param {{ isTTY?: boolean, write: (text: string) => unknown }} [stream]
 * @returns {(result: string) => void} call it when done
 */
export function progress(what, expected, stream = process.stderr) {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const show = (time = "") => {
    const line = `set-up: ${what} (once, usually about ${duration(expected)}) ... ${time}`.trimEnd();
    stream.write(stream.isTTY ? `\r\u001B[K${line}` : `${line}\n`);
  };
  show();
  const timer = setInterval(() => show(elapsed()), stream.isTTY ? 1_000 : 30_000);
  return (result) => {
    clearInterval(timer);
    stream.write(`${stream.isTTY ? "\r\u001B[K" : ""}set-up: ${what}: ${result} after ${elapsed()}\n`);
  };
}

/** @param {number} seconds */
function duration(seconds) {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
