import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Meter } from "./metrics.ts";

interface Told {
  request: { method: string; origin: string | URL };
  response?: { statusCode: number };
}

/**
 * Tells a meter of every HTTP request that this process makes, by undici's own diagnostics: whatever adapter makes it, and
 * those that it repeats. Returns how to stop it.
 */
export function watchRoundTrips(answered: Meter["answered"]): () => void {
  const begun = new WeakMap<object, number>();
  const created = (message: unknown): void => {
    begun.set((message as Told).request, performance.now());
  };
  const ended = (message: unknown): void => {
    const { request, response } = message as Told;
    const at = begun.get(request);
    if (at === undefined) return;
    begun.delete(request); // An answer that breaks off later is told once.
    const seconds = (performance.now() - at) / 1000;
    const server = new URL(String(request.origin)).hostname;
    answered({ method: request.method, server, seconds, ...(response && { status: response.statusCode }) });
  };
  const watched = [
    ["undici:request:create", created],
    ["undici:request:headers", ended],
    ["undici:request:error", ended],
  ] as const;
  for (const [channel, listener] of watched) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of watched) unsubscribe(channel, listener);
  };
}
