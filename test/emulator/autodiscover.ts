import type { Handler, Reply } from "./http.ts";
import type { Organization } from "./organization.ts";
import { recipientByAddress, sideOf, signIn } from "./store.ts";

const responses = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

/** POX Autodiscover of the on-premises side: where the mailbox behind an address has its EWS. Basic authentication. */
export function autodiscoverHandler(organization: Organization, ewsUrl: () => string): Handler {
  const side = sideOf(organization, "onPremises");
  return ({ method, headers, body }) => {
    if (method !== "POST") return { status: 405 };
    const basic = Buffer.from(
      /^Basic (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "",
      "base64",
    ).toString("utf8");
    const colon = basic.indexOf(":");
    if (colon < 0 || !signIn(side, basic.slice(0, colon), basic.slice(colon + 1))) {
      return { status: 401, headers: { "WWW-Authenticate": 'Basic realm="autodiscover.contoso.com"' } };
    }
    const request = body.toString("utf8");
    const address = unescape(/<(?:\w+:)?EMailAddress>\s*([^<]*?)\s*</i.exec(request)?.[1] ?? "");
    const schema = /<(?:\w+:)?AcceptableResponseSchema>\s*([^<]*?)\s*</i.exec(request)?.[1];
    if (schema !== responses) return failure(601, "Provider is not available");
    const recipient = recipientByAddress(side, address);
    if (!recipient) return failure(500, "The email address can't be found.");
    const target = recipient.other["ExternalEmailAddress"];
    if (recipient.type === "MailUser" && typeof target === "string") {
      return account(
        `<Action>redirectAddr</Action><RedirectAddr>${escape(target.replace(/^SMTP:/i, ""))}</RedirectAddr>`,
        "",
      );
    }
    const url = escape(ewsUrl());
    return account(
      "<Action>settings</Action>" +
        ["EXCH", "EXPR"]
          .map(
            (type) =>
              `<Protocol><Type>${type}</Type><Server>mail.contoso.com</Server><ASUrl>${url}</ASUrl><EwsUrl>${url}</EwsUrl></Protocol>`,
          )
          .join(""),
      `<User><DisplayName>${escape(recipient.displayName)}</DisplayName><AutoDiscoverSMTPAddress>${escape(recipient.primarySmtpAddress)}</AutoDiscoverSMTPAddress></User>`,
    );
  };

  function account(settings: string, user: string): Reply {
    return xml(
      `<Response xmlns="${responses}">${user}<Account><AccountType>email</AccountType>${settings}</Account></Response>`,
    );
  }

  function failure(code: number, message: string): Reply {
    const time = new Date(organization.now()).toISOString().slice(11, 23);
    return xml(
      `<Response><Error Time="${time}" Id="1"><ErrorCode>${code}</ErrorCode><Message>${escape(message)}</Message><DebugData/></Error></Response>`,
    );
  }
}

function xml(content: string): Reply {
  return {
    status: 200,
    headers: { "Content-Type": "text/xml; charset=utf-8" },
    body: `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">${content}</Autodiscover>`,
  };
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}
