/** What Exchange says where the library says something else: by the library's code and words, Exchange's code and words. */
const wording: Record<string, string> = {
  "250 Accepted MAIL_FROM_OK": "250 2.1.0 Sender OK",
  "250 Accepted RCPT_TO_OK": "250 2.1.5 Recipient OK",
  "250 OK": "250 2.0.0 OK",
  "250 Flushed": "250 2.0.0 Resetting",
  "221 Bye": "221 2.0.0 Service closing transmission channel",
  "214 See https://tools.ietf.org/html/rfc5321 for details":
    "214 2.0.0 This server supports HELO EHLO STARTTLS RCPT DATA BDAT RSET MAIL QUIT HELP AUTH NOOP VRFY",
  "220 Ready to start TLS": "220 2.0.0 SMTP server ready",
  "252 Try to send something. No promises though": "252 2.1.5 Cannot VRFY user",
  "354 End data with <CR><LF>.<CR><LF>": "354 Start mail input; end with <CRLF>.<CRLF>",
  "500 Error: command not recognized": "500 5.3.3 Unrecognized command",
  "501 Error: Bad sender address syntax SENDER_SYNTAX_ERROR": "501 5.1.7 Invalid address",
  "501 Error: Bad recipient address syntax MAILBOX_SYNTAX_ERROR": "501 5.1.3 Invalid address",
  "503 Error: nested MAIL command": "503 5.5.2 Sender already specified",
  "503 Error: need MAIL command": "503 5.5.2 Need mail command",
  "503 Error: need RCPT command": "503 5.5.2 Need rcpt command",
  "503 Error: send HELO/EHLO first": "503 5.5.2 Send hello first",
  "504 Error: Unrecognized authentication type": "504 5.7.4 Unrecognized authentication type",
  "538 Error: Must issue a STARTTLS command first": "504 5.7.4 Unrecognized authentication type",
  "452 Error: too many recipients TOO_MANY_RECIPIENTS": "452 4.5.3 Too many recipients",
};

/** An answer in Exchange's words: its code, its text, and whether the text begins with an enhanced status code. */
export function reworded(
  code: number,
  text: string,
  context: string | false | undefined,
): { code: number; text: string; isEnhanced: boolean } {
  const known =
    wording[`${code} ${text}`] ?? wording[`${code} ${text} ${context || ""}`] ?? `${code} ${text}`;
  return {
    code: Number(known.slice(0, 3)),
    text: known.slice(4),
    isEnhanced: /^[245]\.\d{1,3}\.\d{1,3} /.test(known.slice(4)),
  };
}
