import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import type { TLSSocket } from "node:tls";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import { SMTPConnection, type SMTPConnectionOptions } from "smtp-server/lib/smtp-connection.js";
import type { Delivery } from "../http.ts";
import { trickle } from "../send.ts";
import { ChunkStream } from "./chunk-stream.ts";
import { Refusal } from "./refusal.ts";
import { reworded } from "./wording.ts";

/** One SMTP conversation as Exchange leads it: its words, an enhanced status code in each answer, and CHUNKING (RFC 3030). */
export class Conversation extends SMTPConnection {
  /** How the next answer travels, where somebody asked for trouble. */
  delivery: Delivery | undefined;
  /** Pending while an answer is still on its way: the next command waits for it. */
  private underWay: Promise<void> | undefined;
  private chunks: Buffer[] = [];
  private chunked = false;

  override _createParser(): ChunkStream {
    const { maxCommandLength } = this._server.options;
    const parser = new ChunkStream(maxCommandLength === undefined ? {} : { maxCommandLength });
    parser.oncommand = (command: Buffer, callback: () => void) => {
      if (this.underWay) void this.underWay.then(() => this._onCommand(command, callback));
      else this._onCommand(command, callback);
    };
    parser.on("error", (error: Error) => this.send(421, `4.7.0 Error: ${error.message}`));
    return parser;
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    // The only answer of several lines is the one to EHLO.
    if (Array.isArray(data)) return super.send(code, this.offered(data), context);
    const { code: own, text, isEnhanced } = reworded(code, data ?? "", context);
    const codes = isEnhanced ? false : context;
    const { delivery } = this;
    this.delivery = undefined;
    if (delivery?.breakOff === undefined && delivery?.bytesPerSecond === undefined)
      return super.send(own, text, codes);
    const words = [own, this._getEnhancedStatusCode(own, codes), text].filter((word) => word !== "");
    this.underWay = this.trickle(`${words.join(" ")}\r\n`, delivery);
  }

  /** Breaks the connection. */
  drop(): void {
    this._socket.destroy();
  }

  private async trickle(line: string, delivery: Delivery): Promise<void> {
    if (await trickle(this._socket, Buffer.from(line), delivery)) this.drop();
    this.underWay = undefined;
  }

  override _resetSession(): void {
    super._resetSession();
    this.chunks = [];
    this.chunked = false;
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    if (!this.chunked) return super.handler_DATA(command, callback);
    this.send(503, "5.5.1 Bad sequence of commands");
    callback();
  }

  handler_BDAT(command: Buffer, callback: () => void): void {
    const [, digits, last] = /^BDAT (\d{1,20})( LAST)? *$/i.exec(command.toString()) ?? [];
    if (digits === undefined || !(this._parser instanceof ChunkStream)) {
      this.send(501, "5.5.4 Invalid arguments");
      return callback();
    }
    const size = Number(digits);
    const take = (bytes: Buffer, resume: () => void): void => {
      if (this.session.envelope.rcptTo.length === 0) this.send(503, "5.5.2 Need rcpt command");
      else if (last === undefined) this.more(bytes, size);
      else return this.whole(bytes, resume);
      resume();
    };
    if (size === 0) return take(Buffer.of(), callback);
    this._parser.take(size, take);
    callback();
  }

  private offered(lines: string[]): string[] {
    // Passwords are for TLS alone.
    return [...lines.filter((line) => this.secure || !line.startsWith("AUTH ")), "CHUNKING"];
  }

  private more(bytes: Buffer, size: number): void {
    this.chunked = true;
    this.chunks.push(bytes);
    this.send(250, `2.6.0 CHUNK received OK, ${size} octets`);
  }

  private whole(bytes: Buffer, resume: () => void): void {
    const message = Buffer.concat([...this.chunks, bytes]);
    const stream = Object.assign(new PassThrough(), { byteLength: message.length, sizeExceeded: false });
    this._server.onData(stream, this.session, (error, answer) => {
      if (error) this.send(error instanceof Refusal ? error.responseCode : 451, error.message);
      else this.send(250, typeof answer === "string" ? answer : "2.6.0 Queued mail for delivery");
      this._transactionCounter += 1;
      this._resetSession();
      resume();
    });
    stream.end(message);
  }
}

/** An SMTP server whose conversations are Exchange's. */
export class ExchangeSmtpServer extends SMTPServer {
  /** The conversation of a session; undefined when it is over. */
  conversationOf({ id }: Pick<SMTPServerSession, "id">): Conversation | undefined {
    return [...this.connections].find(
      (each): each is Conversation => each instanceof Conversation && each.id === id,
    );
  }

  override connect(socket: Socket | TLSSocket, options?: SMTPConnectionOptions | null): void {
    const conversation = new Conversation(this, socket, options);
    this.connections.add(conversation);
    conversation.on("error", (error) => this._onError(error));
    conversation.on("connect", (data) => this._onClientConnect(data));
    conversation.init();
  }
}
