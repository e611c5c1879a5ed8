import { describe, expect, test } from "vitest";
import { envelope, onlyResponse, readEnvelope } from "../../../../reconciler/mailbox/ews/soap.ts";
import { at, element, readXml, textAt } from "../../../../reconciler/mailbox/ews/xml.ts";
import { Fault } from "../../../../reconciler/fault.ts";
import fc from "fast-check";

const about = "GetItem in mailbox 'anna.weber@contoso.com'";

function wrapped(body: string): string {
  return `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
}

function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

function answered(code: string, text = "", xml = ""): string {
  return `<m:GetItemResponse><m:ResponseMessages><m:GetItemResponseMessage ResponseClass="Error"><m:MessageText>${text}</m:MessageText><m:ResponseCode>${code}</m:ResponseCode>${xml}</m:GetItemResponseMessage></m:ResponseMessages></m:GetItemResponse>`;
}

describe("an envelope", () => {
  test("asks for the oldest sufficient version and acts as the mailbox's owner", () => {
    const header = at(readXml(envelope(element("m:X", {}), "anna.weber@contoso.com")), "Header");
    expect(at(header, "RequestServerVersion")?.attributes["Version"]).toBe("Exchange2010_SP2");
    expect(textAt(header, "ExchangeImpersonation", "ConnectingSID", "SmtpAddress")).toBe(
      "anna.weber@contoso.com",
    );
  });

  test("carries any address as one address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (address) => {
        const header = at(readXml(envelope(element("m:X", {}), address)), "Header");
        expect(textAt(header, "ExchangeImpersonation", "ConnectingSID", "SmtpAddress")).toBe(
          address.replaceAll(/[^\t\n\r -\uFFFD]/g, ""),
        );
      }),
    );
  });

  test("without a mailbox impersonates nobody", () => {
    expect(
      at(readXml(envelope(element("m:X", {}), undefined)), "Header", "ExchangeImpersonation"),
    ).toBeUndefined();
  });
});

describe("an answer", () => {
  test("that is not XML or not SOAP is told apart from an empty one, without quoting it", () => {
    const garbage = faultOf(() => readEnvelope("<html><p>secret mail", about));
    expect(garbage).toMatchObject({
      code: "UNEXPECTED",
      message: expect.stringMatching(/^GetItem in mailbox .* not XML/),
    });
    expect(garbage.message).not.toContain("secret");
    expect(faultOf(() => readEnvelope("<html/>", about)).message).toContain("<html>");
  });

  test("with a SOAP fault gives its response code", () => {
    const xml = wrapped(
      `<s:Fault><faultcode xmlns:a="urn:a">a:ErrorImpersonateUserDenied</faultcode><faultstring>The account does not have permission to impersonate the requested user.</faultstring><detail><e:ResponseCode xmlns:e="urn:e">ErrorImpersonateUserDenied</e:ResponseCode></detail></s:Fault>`,
    );
    expect(faultOf(() => readEnvelope(xml, about))).toMatchObject({
      code: "ACCESS_DENIED",
      message: expect.stringMatching(/ApplicationImpersonation.*ErrorImpersonateUserDenied/),
    });
  });

  test("with a SOAP fault without detail gives the fault code", () => {
    const xml = wrapped(
      `<s:Fault><faultcode>a:ErrorSchemaValidation</faultcode><faultstring>The value 'secret' is invalid.</faultstring></s:Fault>`,
    );
    const fault = faultOf(() => readEnvelope(xml, about));
    expect(fault.message).toContain("ErrorSchemaValidation");
    expect(fault.message).not.toContain("secret");
  });

  test("of a busy server says how long to wait, in a response message and in a SOAP fault", () => {
    const wait = `<m:MessageXml><t:Value Name="BackOffMilliseconds">297749</t:Value></m:MessageXml>`;
    const message = readEnvelope(wrapped(answered("ErrorServerBusy", "", wait)), about);
    const expected = { code: "THROTTLED", retryAfter: 297_749 };
    expect(faultOf(() => onlyResponse(message, about))).toMatchObject(expected);
    const soap = wrapped(
      `<s:Fault><faultcode>a:ErrorServerBusy</faultcode><detail><e:ResponseCode>ErrorServerBusy</e:ResponseCode>${wait}</detail></s:Fault>`,
    );
    expect(faultOf(() => readEnvelope(soap, about))).toMatchObject(expected);
  });

  test("that is a warning is no failure", () => {
    const xml = wrapped(answered("ErrorNameResolutionMultipleResults").replace('"Error"', '"Warning"'));
    expect(onlyResponse(readEnvelope(xml, about), about).name).toBe("GetItemResponseMessage");
  });
});
