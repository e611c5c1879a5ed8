import { expect, test } from "vitest";
import { createFaults, onTheWay } from "./faults.ts";

test("a fault hits as many requests as told, those that fit only", () => {
  const faults = createFaults();
  faults.add({ protocol: "ews", operation: "GetItem", mailbox: "Anna@x", failure: "error", times: 2 });
  expect(faults.take("admin", "GetItem")).toBeUndefined();
  expect(faults.take("ews", "FindItem", "online", "anna@x")).toBeUndefined();
  expect(faults.take("ews", "GetItem", "online", "ben@x")).toBeUndefined();
  expect(faults.take("ews", "getitem", "online", "anna@x")?.failure).toBe("error");
  expect(faults.list()).toMatchObject([{ id: 1, left: 1 }]);
  expect(faults.take("ews", "GetItem", "online", "anna@x")?.failure).toBe("error");
  expect(faults.take("ews", "GetItem", "online", "anna@x")).toBeUndefined();
});

test("a rate spreads over the requests, and lets the next fault have the others", () => {
  const faults = createFaults();
  faults.add({ protocol: "ews", failure: "error", rate: 0.25, times: 100 });
  faults.add({ protocol: "ews", failure: "latency", delay: 5, times: 100 });
  const hit = Array.from({ length: 8 }, () => faults.take("ews", "GetItem")?.failure);
  expect(hit.filter((failure) => failure === "error")).toHaveLength(2);
  expect(hit.filter((failure) => failure === "latency")).toHaveLength(6);
});

test("what happens to notifications does not happen to requests, and the other way round", () => {
  const faults = createFaults();
  faults.add({ protocol: "ews", failure: "missed", operation: "CreatedEvent" });
  faults.add({ protocol: "ews", failure: "drop" });
  expect(faults.takeNotification("ews", "DeletedEvent")).toBeUndefined();
  expect(faults.takeNotification("ews", "CreatedEvent")?.failure).toBe("missed");
  expect(faults.takeNotification("ews", "CreatedEvent")).toBeUndefined();
  expect(faults.take("ews", "CreatedEvent")?.failure).toBe("drop");
});

test("a fault that is forgotten hits nobody", () => {
  const faults = createFaults();
  const id = faults.add({ protocol: "token", failure: "drop" });
  expect(faults.remove(id)).toBe(true);
  expect(faults.remove(id)).toBe(false);
  expect(faults.take("token", "client_credentials")).toBeUndefined();
});

test("an answer breaks, drips or waits on its way", () => {
  const answer = { status: 200, body: "x" };
  const way = (failure: "dropAfter" | "truncate" | "drip" | "latency", more = {}) =>
    onTheWay(answer, { protocol: "ews", failure, ...more });
  expect(way("dropAfter")).toEqual({ drop: true });
  expect(way("truncate", { bytes: 7 })).toMatchObject({ delivery: { breakOff: 7 } });
  expect(way("drip")).toMatchObject({ delivery: { bytesPerSecond: 100 } });
  expect(way("latency", { delay: 3 })).toMatchObject({ delivery: { delay: 3 } });
  expect(onTheWay(answer, undefined)).toBe(answer);
});
