import { escape } from "../escape.ts";
import type { Handler, Reply } from "../http.ts";
import type { Organization } from "../organization.ts";
import type { Side } from "../store.ts";
import { look } from "./lookup.ts";
import { documentOf, textsBelow } from "./request.ts";

const responses = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

/** POX Autodiscover of one side (MS-OXDSCLI): where the mailbox behind an address has its EWS. */
export function poxHandler(organization: Organization, side: Side, ewsUrl: () => string): Handler {
  return ({ method, body }) => {
    if (method !== "POST") return { status: 405, headers: { Allow: "POST" } };
    const request = documentOf(body);
    const [address = ""] = textsBelow(request, "EMailAddress");
    if (address === "") return failure(600, "Invalid Request");
    if (textsBelow(request, "AcceptableResponseSchema")[0] !== responses)
      return failure(601, "Provider is not available");
    const found = look(organization, side, address);
    switch (found.is) {
      case "unknown":
        return failure(500, "The email address can't be found.");
      case "http":
        return { status: 302, headers: { Location: found.value } };
      case "address":
        return account(
          `<Action>redirectAddr</Action><RedirectAddr>${escape(found.value)}</RedirectAddr>`,
          "",
        );
      case "url":
        return account(`<Action>redirectUrl</Action><RedirectUrl>${escape(found.value)}</RedirectUrl>`, "");
      case "mailbox": {
        const { displayName, primarySmtpAddress } = found.recipient;
        return account(
          `<Action>settings</Action>${["EXCH", "EXPR"].map(protocol).join("")}`,
          `<User><DisplayName>${escape(displayName)}</DisplayName><AutoDiscoverSMTPAddress>${escape(primarySmtpAddress)}</AutoDiscoverSMTPAddress></User>`,
        );
      }
    }
  };

  function protocol(type: string): string {
    const url = escape(ewsUrl());
    return `<Protocol><Type>${type}</Type><Server>mail.contoso.com</Server><ASUrl>${url}</ASUrl><EwsUrl>${url}</EwsUrl></Protocol>`;
  }

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
