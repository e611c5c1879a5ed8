import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Records by name, in lower case; a name that is not there does not exist. */
export type Zone = Record<string, { TXT?: string[]; A?: string[]; MX?: string[] }>;

/** A name server on loopback. */
export interface DnsServer {
  /** `address:port`. */
  address: string;
  zone: Zone;
  /** From now on it answers SERVFAIL. */
  fail: () => void;
  close: () => Promise<void>;
}

const types = { 1: "A", 15: "MX", 16: "TXT" } as const;

/** Answers TXT, A and MX questions over UDP (RFC 1035). */
export async function startDns(zone: Zone): Promise<DnsServer> {
  const socket = createSocket("udp4");
  let failing = false;
  socket.on("message", (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 1;
    const name = labels(query.subarray(12, end));
    const type = query.readUInt16BE(end);
    const question = query.subarray(12, end + 4);
    const known = Object.entries(types).find(([number]) => Number(number) === type)?.[1];
    const answers = known === undefined ? [] : (zone[name]?.[known] ?? []).map((value) => data(known, value));
    const code = failing ? 2 : zone[name] ? 0 : 3;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(failing ? 0 : answers.length, 6);
    const records = failing ? [] : answers.map((each) => record(type, each));
    socket.send(Buffer.concat([head, question, ...records]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    zone,
    fail: () => void (failing = true),
    close: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}

function labels(bytes: Buffer): string {
  const found: string[] = [];
  for (let at = 0; (bytes[at] ?? 0) > 0; at += (bytes[at] ?? 0) + 1)
    found.push(bytes.toString("latin1", at + 1, at + 1 + (bytes[at] ?? 0)));
  return found.join(".").toLowerCase();
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  // The name is that of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function data(type: "A" | "MX" | "TXT", value: string): Buffer {
  if (type === "A") return Buffer.from(value.split(".").map(Number));
  if (type === "TXT")
    // Strings of 255 bytes at most: what is longer comes in pieces.
    return Buffer.concat(
      (value.match(/.{1,255}/g) ?? [""]).map((part) => Buffer.from(`\0${part}`).fill(part.length, 0, 1)),
    );
  return Buffer.concat([
    Buffer.from([0, 10]),
    ...value.split(".").map((label) => Buffer.from(`\0${label}`).fill(label.length, 0, 1)),
    Buffer.from([0]),
  ]);
}
