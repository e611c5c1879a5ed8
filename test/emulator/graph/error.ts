import { EwsError, type ResponseCode } from "../ews/error.ts";

/** What Graph answers instead of doing as asked: a status and an error body. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string, code = "BadRequest"): GraphError {
  return new GraphError(400, code, message);
}

/** Who asks for himself has to be somebody: applications have no mailbox. */
export function noPerson(): GraphError {
  return badRequest("/me request is only valid with delegated authentication flow.");
}

/** A body that is not the JSON that the call wants. */
export function badBody(message: string): GraphError {
  return new GraphError(400, "RequestBodyRead", message);
}

const statuses: Partial<Record<ResponseCode, number>> = {
  ErrorAccessDenied: 403,
  ErrorFolderNotFound: 404,
  ErrorInternalServerError: 500,
  ErrorInvalidAttachmentId: 404,
  ErrorItemNotFound: 404,
  ErrorIrresolvableConflict: 412,
  ErrorSendAsDenied: 403,
  ErrorServerBusy: 503,
};

/** An error of the store as Graph passes it on: the code that EWS has for it, with an HTTP status. */
export function storeError(error: EwsError): GraphError {
  return new GraphError(statuses[error.code] ?? 400, error.code, error.message);
}
