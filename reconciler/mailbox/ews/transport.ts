import type { Dispatcher } from "undici";
import { answerText, httpsUrl, trust } from "../connection.ts";
import { connectionFault } from "../connection-trouble.ts";
import { statusFault } from "./errors.ts";
import type { Credential, Post } from "./line.ts";
import { openLine } from "./open-line.ts";
import { createGate } from "../gate.ts";
import { Fault } from "../../fault.ts";

/** One SOAP message to send. */
export interface Message {
  body: string;
  /** The mailbox that it is about: routes it on the server, and takes turns with others. */
  mailbox: string | undefined;
  /** It may be sent a second time when a kept connection turns out to be closed. */
  repeatable: boolean;
  /** Names the operation and mailbox in errors. */
  about: string;
}

/** Sends SOAP messages over kept connections. */
export interface Transport {
  /** The answer's text, of success or of a SOAP fault. @throws Fault for everything else */
  send: (message: Message) => Promise<string>;
  /** Sends a message that is answered by one SOAP message after the other, as they come. @throws Fault */
  stream: (message: Message, signal: AbortSignal) => AsyncIterable<string>;
  close: () => Promise<void>;
}

/** See `EwsOptions`. */
export interface TransportOptions {
  url: string;
  credential: Credential;
  certificateAuthority?: string;
  maxConcurrency?: number;
  timeout?: number;
  /** Bytes of an answer, unpacked, above which it is refused; 64 MiB unless given. */
  maxAnswer?: number;
}

/** Milliseconds without a sign of life after which a stream counts as dead; Exchange gives one every 45 seconds. */
const silence = 120_000;
/** The end of a SOAP message, whatever the envelope's prefix. */
const ending = /<\/(?:[\w-]+:)?Envelope\s*>/;

/** Only an ASCII address fits a header; without the header the server finds the mailbox itself. */
function anchor(mailbox: string | undefined): Record<string, string> {
  return mailbox !== undefined && /^[\x21-\x7E]+$/.test(mailbox) ? { "x-anchormailbox": mailbox } : {};
}

/** Opens no connection before the first message. */
export function createTransport(options: TransportOptions): Transport {
  const url = httpsUrl(options.url);
  const { timeout = 100_000, maxConcurrency = 27, maxAnswer = 64 * 1024 * 1024 } = options;
  const gate = createGate(maxConcurrency);
  const connect = { secureContext: trust(options.certificateAuthority), timeout: Math.min(timeout, 15_000) };
  const line = openLine(url, options.credential, { connections: maxConcurrency, connect });

  function post(message: Message, headers: Record<string, string>, signal: AbortSignal): Post {
    return {
      path: url.pathname + url.search,
      headers: {
        "content-type": "text/xml; charset=utf-8",
        accept: "text/xml",
        "user-agent": "SentItemsUpdate",
        ...anchor(message.mailbox),
        ...headers,
      },
      body: message.body,
      signal,
    };
  }

  const refused = ({ statusCode, headers }: Dispatcher.ResponseData, { about }: Message): Fault =>
    statusFault({ status: statusCode, headers, url, by: options.credential.by, about });

  async function exchange(message: Message): Promise<string> {
    const packed = { "accept-encoding": "gzip" };
    const response = await line.post(post(message, packed, AbortSignal.timeout(timeout)));
    const text = await answerText(response, maxAnswer);
    const { statusCode: status } = response;
    // Exchange reports SOAP faults with HTTP 500.
    if (status === 200 || (status === 500 && text.includes("Envelope>"))) return text;
    throw refused(response, message);
  }

  async function send(message: Message): Promise<string> {
    try {
      return await exchange(message).catch((error: unknown) => {
        if (message.repeatable && closedMeanwhile(error)) return exchange(message);
        throw error;
      });
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (error instanceof RangeError) {
        throw new Fault(
          "TOO_LARGE",
          `${message.about}: ${url.host} answered with more than ${maxAnswer} bytes.`,
          {
            cause: error,
          },
        );
      }
      throw connectionFault(error, url, message.about);
    }
  }

  /** On a line of its own: a stream stays open for half an hour, and says something every 45 seconds. */
  async function* stream(message: Message, signal: AbortSignal): AsyncGenerator<string> {
    const own = openLine(url, options.credential, { connections: 1, connect, bodyTimeout: silence });
    try {
      const response = await own.post(post(message, {}, signal));
      const { statusCode: status } = response;
      if (status !== 200 && status !== 500) throw refused(response, message);
      yield* envelopes(response.body, maxAnswer);
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof Fault ? error : connectionFault(error, url, message.about);
    } finally {
      // Not close: that would wait for the end of the stream.
      await own.destroy();
    }
  }

  return {
    stream,
    send: (message) => gate(message.mailbox ?? "", () => send(message)),
    close: line.close,
  };
}

/** SOAP messages out of a body that carries one after the other. */
async function* envelopes(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = ending.exec(text); end; end = ending.exec(text)) {
      yield text.slice(0, end.index + end[0].length);
      text = text.slice(end.index + end[0].length).trimStart();
    }
    if (text.length > limit) throw new RangeError("answer too large");
  }
}

function closedMeanwhile(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(String(error.code))
  );
}
