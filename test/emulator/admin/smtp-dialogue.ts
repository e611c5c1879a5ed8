import type { Socket } from "node:net";
import { createInterface } from "node:readline";

/** One reply at a time over a plain SMTP connection. */
export function talk(socket: Socket): {
  expect: (code: number) => Promise<string>;
  ask: (line: string, code: number) => Promise<string>;
  end: () => void;
} {
  const reader = createInterface({ input: socket });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  socket.on("error", failed.reject);
  const lines = reader[Symbol.asyncIterator]();
  const expect = async (code: number): Promise<string> => {
    let reply = "";
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), failed.promise]);
      if (done === true) throw new Error("the server closed the connection");
      reply += `${value}\n`;
      if (!/^\d{3}-/.test(value)) break;
    }
    if (!reply.startsWith(String(code))) throw new Error(reply.trim());
    return reply;
  };
  return {
    expect,
    ask: async (line, code) => {
      socket.write(`${line}\r\n`);
      return expect(code);
    },
    end: () => reader.close(),
  };
}
