import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";

/** How the daemon logs. */
export interface LogOptions {
  /** trace, debug, info, warn, error, fatal or silent. @default "info" */
  level: string | undefined;
  /** Whether addresses and Message-IDs may be in it. Subjects and content never are. */
  addresses: boolean;
}

/** Addresses and Message-IDs within a sentence. */
const address = /[^\s<>"'(),:;@]+@([\w.-]+)/g;

/** A text with the local part of each address and Message-ID struck out; the domain stays, for whoever looks for the cause. */
export function masked(text: string): string {
  return text.replaceAll(address, "***@$1");
}

/** The daemon's log: JSON lines, RFC 3339 times, level by name. @throws Error for a level that does not exist */
export function createLog({ level = "info", addresses }: LogOptions, to: DestinationStream): Logger {
  const tell = addresses ? (text: string) => text : masked;
  return pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        // The database's errors carry the values of the failed statement: whole messages and addresses.
        err: (error: Error) => {
          const { type, message, stack } = stdSerializers.err(error);
          return { type, message: tell(message), stack: tell(stack) };
        },
        // Named only where somebody asked for it.
        about: (about: object) => (addresses ? about : undefined),
      },
    },
    to,
  );
}
