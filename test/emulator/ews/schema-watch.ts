import { exchanged, type Exchanged } from "./exchanged.ts";

/** Clients whose requests are not held to Microsoft's schemas, by how they name themselves, each with the reason. */
const unheld: Record<string, string> = {
  "raw test client": "sends nonsense on purpose: test/emulator/ews/client.ts, `raw`",
};

/** Microsoft's servers write, and its clients read, the members of these lists in a namespace that its schema has not. */
function asInSchema(document: string): string {
  if (!document.includes(":GetStreamingEventsResponse")) return document;
  return document.replace(/m:(Notification|SubscriptionId)>/g, "t:$1>");
}

/** Watches all EWS traffic of this process. */
export interface SchemaWatch {
  /** Resolves when everything that was exchanged so far is checked. */
  checked: () => Promise<void>;
  stop: () => void;
}

/**
 * Holds every EWS request and answer of this process to Microsoft's schemas, which have to be there. `report` is told, once for
 * each, what does not fit and who sent or got it.
 */
export function watchSchema(report: (violation: string) => void, channel = exchanged): SchemaWatch {
  let early: Exchanged[] = [];
  let validate: ((xml: string) => void) | undefined;
  let loading: Promise<void> | undefined;
  const check = (one: Exchanged): void => {
    if (!validate) return void early.push(one);
    for (const document of [one.answer, ...(one.agent in unheld ? [] : [one.request])]) {
      try {
        if (document !== "") validate(asInSchema(document));
      } catch (error) {
        report(`${one.agent || "unnamed client"}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  // The validator is WebAssembly: only processes that exchange something pay for it.
  const load = async (): Promise<void> => {
    ({ validateEws: validate } = await import("./schema.ts"));
    const waiting = early;
    early = [];
    waiting.forEach(check);
  };
  const listen = (message: unknown): void => {
    loading ??= load();
    check(message as Exchanged);
  };
  channel.subscribe(listen);
  return {
    checked: async () => loading,
    stop: () => void channel.unsubscribe(listen),
  };
}
