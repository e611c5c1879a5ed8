import type { MimeNode } from "@zone-eu/mailsplit";
import type { Piece } from "./parts.ts";

/** Why a message's body may not be touched; undefined when it may. A change would break a signature, or a meeting. */
export function protection(pieces: Piece[]): string | undefined {
  const nodes = pieces.flatMap((piece) => (piece.is === "header" ? [piece.node] : []));
  const reason = nodes.map(reasonOf).find((each) => each !== undefined);
  if (reason !== undefined) return reason;
  const inline = pieces.some(
    (piece) =>
      piece.is === "body" && isText(piece.node) && /^-----BEGIN PGP /m.test(piece.bytes.toString("latin1")),
  );
  return inline ? "PGP" : undefined;
}

function reasonOf(node: MimeNode): string | undefined {
  const type = node.contentType || "text/plain";
  const parameters = headerOf(node, "content-type");
  if (type === "multipart/signed") return /pgp/i.test(parameters) ? "PGP" : "S/MIME";
  if (type === "multipart/encrypted") return "PGP";
  if (node.root && /^application\/(x-)?pkcs7-mime$/.test(type)) return "S/MIME";
  // A text beside winmail.dat is for readers who know nothing of TNEF; the message itself is inside.
  if (type === "application/ms-tnef") return "TNEF";
  if (node.root && type === "multipart/report") return "report";
  if (node.filename && node.filename.toLowerCase() === "message.rpmsg") return "rights-protected";
  // With a method it is an invitation or an answer; without one, a calendar file that somebody attached.
  return type === "text/calendar" && /method=/i.test(parameters) ? "calendar" : undefined;
}

function isText(node: MimeNode): boolean {
  return (node.contentType || "text/plain") === "text/plain" && node.disposition !== "attachment";
}

function headerOf(node: MimeNode, name: string): string {
  return node.headers ? node.headers.getFirst(name) : "";
}
