import type { SecureContext } from "node:tls";
import type { Dispatcher } from "undici";
import type { Account } from "../../../ntlm/messages.ts";
import type { Token } from "../application.ts";

/** How requests are signed in: with the password of an account, or with a token for the server. */
export type Credential =
  | ({ by: "basic" } & Account)
  | ({ by: "ntlm" } & Account)
  | { by: "oauth"; tokenFor: (server: URL) => Token };

/** One request, as yet without what signs it in. */
export interface Post {
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

/** Connections to one server over which requests go signed in. */
export interface Line {
  /** The answer, whatever its status: 401 is a refusal for good. @throws Error of the connection | Fault of the login */
  post: (post: Post) => Promise<Dispatcher.ResponseData>;
  /** Ends when what is under way is done. */
  close: () => Promise<void>;
  /** Ends at once. */
  destroy: () => Promise<void>;
}

/** See undici's `Pool`. */
export interface LineOptions {
  /** At most so many. */
  connections: number;
  connect: { secureContext: SecureContext; timeout: number };
  /** Milliseconds without a byte after which an answer is given up. */
  bodyTimeout?: number;
}
