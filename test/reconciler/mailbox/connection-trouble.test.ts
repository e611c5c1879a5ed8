import { describe, expect, test } from "vitest";
import { connectionFault, connectionTrouble } from "../../../reconciler/mailbox/connection-trouble.ts";

const about = "GetItem in mailbox 'anna.weber@contoso.com'";
const url = new URL("https://mail.contoso.com/EWS/Exchange.asmx");

describe("a failed connection", () => {
  const failing = (code: string, cause?: unknown): Error =>
    Object.assign(new Error("x", { cause }), { code });

  test.for([
    ["ENOTFOUND", /DNS/],
    ["ECONNREFUSED", /nothing listens/],
    ["UND_ERR_CONNECT_TIMEOUT", /firewall/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /certificateAuthority/],
    ["CERT_HAS_EXPIRED", /expired/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /another name/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /TLS/],
    ["ECONNRESET", /broke off/],
    ["EWEIRD", /EWEIRD/],
  ] as const)("%s is explained", ([code, text]) => {
    expect(connectionTrouble(failing(code))).toMatch(text);
    expect(connectionTrouble(failing("", failing(code)))).toMatch(text);
  });

  test("to several addresses is explained by the errors that it collects", () => {
    expect(connectionTrouble(new AggregateError([failing("ECONNREFUSED"), failing("ECONNREFUSED")]))).toMatch(
      /nothing listens/,
    );
  });

  test("names the host and keeps the cause", () => {
    const cause = failing("ECONNREFUSED");
    expect(connectionFault(cause, url, about)).toMatchObject({
      code: "UNAVAILABLE",
      cause,
      message: expect.stringContaining("mail.contoso.com"),
    });
  });
});
