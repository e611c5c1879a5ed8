/** Asks the daemon on this machine for a path (`/readyz` unless told), prints the answer, and ends with 0 where it is a yes: for probes. */
const [, , path = "/readyz"] = process.argv;
const port = process.env["SIU_HTTP_PORT"] ?? "8420";

try {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(8000) });
  process.stdout.write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch {
  process.stderr.write(
    `Nothing answers on port ${port} of this machine. Is the daemon running? SIU_HTTP_PORT says where.\n`,
  );
  process.exitCode = 1;
}
