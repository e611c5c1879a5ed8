import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { connect as connectTls } from "node:tls";
import { looked, type Step } from "./report.ts";

/** What a listener showed: its certificate (DER), or why it did not come to that. */
export type Listening = { certificate: Buffer } | { trouble: string };

/** Milliseconds that the whole greeting may take. */
const longest = 10_000;

/** The listener's step of the checklist: Exchange hands copies to it on port 25, over TLS. */
export async function listenerStep(
  title: string,
  host: string,
  listen: (host: string) => Promise<Listening>,
): Promise<Step> {
  const found = await listen(host);
  if ("certificate" in found) return looked("listener", title);
  return looked("listener", title, [
    `${found.trouble}. The daemon has to run and port 25 of '${host}' has to lead to it (intake.smartHost, DNS, firewall). Many networks keep machines like this one from port 25: then say where it is reached from here (--listener host:port), or look from another network.`,
  ]);
}

/** Greets an SMTP server, asks for TLS and looks at its certificate, whoever issued it; sends no mail. */
export async function greet(host: string, port: number): Promise<Listening> {
  const socket = connect({ host, port });
  const late = setTimeout(() => socket.destroy(new Error("no answer in time")), longest);
  const { promise: broken, reject } = Promise.withResolvers<never>();
  socket.once("error", reject);
  try {
    return { certificate: await Promise.race([broken, certificateOf(socket, host)]) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      trouble: `${host}:${port} did not take the greeting (${"code" in error ? String(error.code) : error.message})`,
    };
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

async function certificateOf(socket: Socket, host: string): Promise<Buffer> {
  await once(socket, "connect");
  await talk(socket);
  // Its name and dates are judged as findings, so that a bad certificate can be told from none.
  const secure = connectTls({
    socket,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: false,
  });
  await once(secure, "secureConnect");
  const { raw } = secure.getPeerCertificate() as { raw?: Buffer };
  secure.end("QUIT\r\n");
  if (!raw) throw new Error("it shows no certificate");
  return raw;
}

/** @throws Error saying which answer was none of a server that offers TLS */
async function talk(socket: Socket): Promise<void> {
  const lines = createInterface({ input: socket });
  const answers = lines[Symbol.asyncIterator]();
  const answer = async (code: string): Promise<string[]> => {
    const said: string[] = [];
    for (;;) {
      const { value, done } = await answers.next();
      if (done) throw new Error("it closed the connection");
      said.push(value);
      if (!value.startsWith(code)) throw new Error(`it said: ${value.slice(0, 100)}`);
      // A hyphen behind the code says that there is more.
      if (value[3] !== "-") return said;
    }
  };
  await answer("220");
  socket.write("EHLO doctor.invalid\r\n");
  const offers = await answer("250");
  if (!offers.some((line) => /^250[- ]STARTTLS$/i.test(line.trim())))
    throw new Error("it offers no STARTTLS");
  socket.write("STARTTLS\r\n");
  await answer("220");
  lines.close();
  socket.removeAllListeners("data");
}
