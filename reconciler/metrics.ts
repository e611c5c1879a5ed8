import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Backlog, Outcome } from "./queue/port.ts";

/** What is counted while the daemon works. Labels are words of the product, never addresses. */
export interface Meter {
  /** A message ended. Seconds since its arrival. */
  ended: (outcome: Outcome, reason: string | undefined, seconds: number) => void;
  /** A way in got a message. */
  arrived: (via: string, result: "accepted" | "refused" | "failed") => void;
  /** A call to mailboxes or directory ended: with a fault's code, or `undefined`. */
  called: (operation: string, fault: string | undefined) => void;
  /** A server answered a request, or did not (status `undefined`). */
  answered: (request: { method: string; server: string; status?: number; seconds: number }) => void;
}

/** What is looked up when somebody asks. */
export interface Gauges {
  ready: boolean;
  /** Undefined where the database does not answer. */
  backlog: Backlog | undefined;
  settings: { version: number; on: boolean } | undefined;
}

/** The daemon's metrics. */
export interface Metrics {
  meter: Meter;
  contentType: string;
  /** Prometheus' text form. */
  text: (gauges: Gauges) => Promise<string>;
}

/** Seconds: from the usual few to a deadline of days. */
const longWaits = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400, 259_200];

/**
 * OpenTelemetry's names in Prometheus' form (unit and `_total` as suffixes, `target_info`, `http_client_request_duration_seconds`,
 * attributes with underscores); docs/reconciler.md lists them.
 */
export function createMetrics(build: { version: string; node: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const messages = new Counter({
    name: "siu_messages_total",
    help: "Messages that ended, by outcome and reason.",
    labelNames: ["outcome", "reason"],
    registers,
  });
  const duration = new Histogram({
    name: "siu_message_duration_seconds",
    help: "From the arrival of a stamped copy to its end.",
    labelNames: ["outcome"],
    buckets: longWaits,
    registers,
  });
  const intake = new Counter({
    name: "siu_intake_messages_total",
    help: "Stamped copies by way in: accepted, refused (not believed) or failed (offered again).",
    labelNames: ["via", "result"],
    registers,
  });
  const operations = new Counter({
    name: "siu_exchange_operations_total",
    help: "Calls to mailboxes and directory; error_type is the fault's code, empty for success.",
    labelNames: ["operation", "error_type"],
    registers,
  });
  const requests = new Histogram({
    name: "http_client_request_duration_seconds",
    help: "Round trips to Exchange, Graph and the token service, until the answer begins.",
    labelNames: ["http_request_method", "server_address", "http_response_status_code"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  gauge("target_info", "The daemon itself.", ["service_name", "service_version", "node_version"])
    .labels("siu", build.version, build.node)
    .set(1);
  const ready = gauge("siu_ready", "1 when nothing keeps the daemon from its work (as /readyz), else 0.");
  const databaseUp = gauge("siu_database_up", "1 when the queue's database answers, else 0.");
  const waiting = gauge("siu_queue_messages", "Messages not ended: due, waiting for their time, in hand.", [
    "state",
  ]);
  const oldest = gauge("siu_queue_oldest_age_seconds", "Age of the oldest message that has not ended.");
  const version = gauge("siu_settings_version", "Version of the settings in use; 0 for none.");
  const on = gauge("siu_status_on", "1 when the settings say status: on, else 0.");

  return {
    meter: {
      ended: (outcome, reason = "", seconds) => {
        messages.labels(outcome, reason).inc();
        duration.labels(outcome).observe(seconds);
      },
      arrived: (via, result) => intake.labels(via, result).inc(),
      called: (operation, fault = "") => operations.labels(operation, fault).inc(),
      answered: ({ method, server, status = "", seconds }) =>
        requests.labels(method, server, String(status)).observe(seconds),
    },
    contentType: registry.contentType,
    text: (now) => {
      ready.set(Number(now.ready));
      databaseUp.set(Number(now.backlog !== undefined));
      version.set(now.settings?.version ?? 0);
      on.set(Number(now.settings?.on ?? false));
      waiting.reset();
      oldest.reset();
      if (now.backlog) {
        const { due, later, inHand, oldest: age } = now.backlog;
        waiting.labels("due").set(due);
        waiting.labels("later").set(later);
        waiting.labels("in_hand").set(inHand);
        oldest.set(age / 1000);
      }
      return registry.metrics();
    },
  };
}
