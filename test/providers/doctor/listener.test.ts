import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { X509Certificate } from "node:crypto";
import { SMTPServer } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { greet, listenerStep } from "../../../providers/doctor/listener.ts";
import { createAuthority } from "../../emulator/tls.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that speaks as it is told, on a free port. */
async function speaking(talk: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(talk);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => new Promise((resolve) => void server.close(resolve)));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

test("a listener shows its certificate after STARTTLS, whoever issued it", async () => {
  const { key, cert } = await (await createAuthority()).issue(["siu.contoso.com"]);
  const server = new SMTPServer({ key, cert, authOptional: true });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  closing.push(() => new Promise((resolve) => void server.close(() => resolve(undefined))));
  const address = server.server.address();
  const found = await greet("127.0.0.1", typeof address === "object" && address ? address.port : 0);
  expect("certificate" in found && new X509Certificate(found.certificate).subject).toBe("CN=siu.contoso.com");
  expect(await listenerStep("It", "siu.contoso.com", async () => found)).toMatchObject({ state: "ok" });
});

test.each<[string, (socket: Socket) => void, RegExp]>([
  ["refuses", (socket) => void socket.end("554 no\r\n"), /it said: 554 no/],
  ["hangs up", (socket) => void socket.destroy(), /closed the connection|ECONNRESET/],
  [
    "offers no TLS",
    (socket) => {
      socket.write("220 hello\r\n");
      socket.once("data", () => socket.write("250-hello\r\n250 SIZE\r\n"));
    },
    /offers no STARTTLS/,
  ],
])("one that %s is red, with the reason", async (_, talk, why) => {
  const port = await speaking(talk);
  const step = await listenerStep("It", "siu.contoso.com", () => greet("127.0.0.1", port));
  expect(step).toMatchObject({ state: "error", causes: [expect.stringMatching(why)] });
  expect(step.causes[0]).toContain("--listener host:port");
});

test("nobody there is red", async () => {
  const port = await speaking(() => {});
  await closing.pop()?.();
  expect(await greet("127.0.0.1", port)).toMatchObject({
    trouble: expect.stringContaining("ECONNREFUSED") as string,
  });
});
