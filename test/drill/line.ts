import net from "node:net";

/** A connection to a server that the drill can watch, and cut: what is sent while it is cut waits, and nobody is told. */
export interface Line {
  /** On 127.0.0.1. */
  port: number;
  cut: () => void;
  mend: () => void;
  close: () => Promise<void>;
}

/**
 * Listens on a free port, and passes on what comes to wherever `target` says then (`host:port`; undefined breaks the connection).
 * `onSend` hears of each piece before it is passed on; when it answers false, the piece is lost.
 */
export async function openLine(
  target: () => string | undefined,
  onSend: () => boolean = () => true,
): Promise<Line> {
  const sockets = new Set<net.Socket>();
  let isCut = false;
  const each = (work: (socket: net.Socket) => void): void => [...sockets].forEach(work);
  const keep = (socket: net.Socket): void => {
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
    if (isCut) socket.pause();
  };
  const server = net.createServer((near) => {
    const [host, port] = target()?.split(":") ?? [];
    if (host === undefined) return void near.destroy();
    const far = net.connect(Number(port), host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (piece: Buffer) => {
        if ((from === far || onSend()) && !to.write(piece)) from.pause();
      });
      to.on("drain", () => isCut || from.resume());
      from.on("end", () => to.end()).on("close", () => to.destroy());
      keep(from);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    cut: () => {
      isCut = true;
      each((socket) => socket.pause());
    },
    mend: () => {
      isCut = false;
      each((socket) => socket.resume());
    },
    close: async () => {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
