/** Exit codes of `siu`, documented in docs/command-line.md. */
export const exitCodes = { done: 0, failed: 1, usage: 2, drift: 2, interrupted: 130 } as const;
