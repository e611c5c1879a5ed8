import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createMetrics } from "../../reconciler/metrics.ts";

const idle = { ready: true, backlog: { due: 0, later: 0, inHand: 0, oldest: 0 }, settings: undefined };

test("what is counted shows, with its labels", async () => {
  const { meter, text } = createMetrics({ version: "1.2.3", node: "24.0.0" });
  meter.ended("updated", undefined, 2.5);
  meter.ended("failed", "not-found", 90_000);
  meter.arrived("connector", "accepted");
  meter.called("find", undefined);
  meter.called("update", "THROTTLED");
  meter.answered({ method: "POST", server: "mail.contoso.com", status: 503, seconds: 0.2 });
  meter.answered({ method: "POST", server: "mail.contoso.com", seconds: 30 });
  const page = await text({
    ready: false,
    backlog: { due: 1, later: 2, inHand: 3, oldest: 4000 },
    settings: { version: 7, on: true },
  });
  for (const line of [
    'target_info{service_name="siu",service_version="1.2.3",node_version="24.0.0"} 1',
    'siu_messages_total{outcome="updated",reason=""} 1',
    'siu_messages_total{outcome="failed",reason="not-found"} 1',
    'siu_message_duration_seconds_bucket{le="2",outcome="updated"} 0',
    'siu_message_duration_seconds_bucket{le="5",outcome="updated"} 1',
    'siu_intake_messages_total{via="connector",result="accepted"} 1',
    'siu_exchange_operations_total{operation="find",error_type=""} 1',
    'siu_exchange_operations_total{operation="update",error_type="THROTTLED"} 1',
    'http_client_request_duration_seconds_count{http_request_method="POST",server_address="mail.contoso.com",http_response_status_code="503"} 1',
    'http_client_request_duration_seconds_count{http_request_method="POST",server_address="mail.contoso.com",http_response_status_code=""} 1',
    'siu_queue_messages{state="due"} 1',
    'siu_queue_messages{state="later"} 2',
    'siu_queue_messages{state="in_hand"} 3',
    "siu_queue_oldest_age_seconds 4",
    "siu_settings_version 7",
    "siu_status_on 1",
    "siu_ready 0",
    "siu_database_up 1",
  ])
    expect(page.split("\n")).toContain(line);
});

test("a database that is down shows as that, and no old figures in place of the queue's", async () => {
  const { text } = createMetrics({ version: "1", node: "1" });
  await text({ ...idle, backlog: { due: 5, later: 0, inHand: 0, oldest: 1 } });
  const page = await text({ ...idle, ready: false, backlog: undefined });
  expect(page).toContain("siu_database_up 0\n");
  expect(page).not.toContain("siu_queue_messages{");
});

test("the documentation lists every metric of the daemon's own", async () => {
  const page = await createMetrics({ version: "1", node: "1" }).text(idle);
  const guide = readFileSync("docs/reconciler.md", "utf8");
  const names = [...page.matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
  const own = names.filter((name) => !/^(process|nodejs)_/.test(name));
  expect(own.length).toBeGreaterThan(8);
  expect(own.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
});
