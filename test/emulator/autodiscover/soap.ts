import { escape } from "../escape.ts";
import type { Handler, Reply } from "../http.ts";
import type { Organization } from "../organization.ts";
import type { Side } from "../store.ts";
import { look } from "./lookup.ts";
import { documentOf, local, textsBelow } from "./request.ts";

const namespace = "http://schemas.microsoft.com/exchange/2010/Autodiscover";

/** SOAP Autodiscover of one side (MS-OXWSADISC): GetUserSettings and GetDomainSettings. */
export function soapHandler(organization: Organization, side: Side, ewsUrl: () => string): Handler {
  return ({ method, body }) => {
    if (method !== "POST") return { status: 405, headers: { Allow: "POST" } };
    const request = documentOf(body);
    if (!request) return fault("a:DeserializationFailed", "The formatter threw an exception.");
    const operation = request.children.find((child) => local(child) === "Body")?.children[0];
    const name = operation ? local(operation) : "";
    const settings = textsBelow(operation, "Setting");
    if (name === "GetUserSettingsRequestMessage")
      return answer("GetUserSettings", users(textsBelow(operation, "Mailbox"), settings));
    if (name === "GetDomainSettingsRequestMessage")
      return answer("GetDomainSettings", domains(textsBelow(operation, "Domain"), settings));
    return fault("a:ActionNotSupported", `The message '${name}' cannot be processed at the receiver.`);
  };

  function users(addresses: string[], settings: string[]): string {
    const responses = addresses.map((address) => {
      const found = look(organization, side, address);
      if (found.is === "unknown")
        return `<UserResponse>${error("InvalidUser", `Invalid user: '${address}'`)}<RedirectTarget i:nil="true"/><UserSettingErrors/><UserSettings/></UserResponse>`;
      if (found.is !== "mailbox") {
        const code = found.is === "address" ? "RedirectAddress" : "RedirectUrl";
        return `<UserResponse>${error(code, "Redirection.")}<RedirectTarget>${escape(found.value)}</RedirectTarget><UserSettingErrors/><UserSettings/></UserResponse>`;
      }
      const { displayName, primarySmtpAddress, distinguishedName, guid } = found.recipient;
      return `<UserResponse>${error("NoError", "No error.")}<RedirectTarget i:nil="true"/>${settingsOf(
        "User",
        settings,
        {
          ...server(),
          UserDisplayName: displayName,
          AutoDiscoverSMTPAddress: primarySmtpAddress,
          UserDN: distinguishedName,
          UserDeploymentId: guid,
          InternalMailboxServer: "mail.contoso.com",
          MailboxVersion: "15.01.2507.061",
        },
      )}</UserResponse>`;
    });
    return `<UserResponses>${responses.join("")}</UserResponses>`;
  }

  function domains(asked: string[], settings: string[]): string {
    const { domain, tenantDomain } = organization.store;
    const responses = asked.map((each) =>
      [domain, tenantDomain].includes(each.toLowerCase())
        ? `<DomainResponse>${error("NoError", "")}${settingsOf("Domain", settings, server())}<RedirectTarget i:nil="true"/></DomainResponse>`
        : `<DomainResponse>${error("InvalidDomain", `The domain '${each}' isn't valid.`)}<DomainSettingErrors/><DomainSettings/><RedirectTarget i:nil="true"/></DomainResponse>`,
    );
    return `<DomainResponses>${responses.join("")}</DomainResponses>`;
  }

  function server(): Record<string, string> {
    const url = ewsUrl();
    return {
      ExternalEwsUrl: url,
      InternalEwsUrl: url,
      ExternalEwsVersion: "15.01.2507.000",
      EwsSupportedSchemas:
        "Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2, Exchange2013, Exchange2013_SP1, Exchange2016",
    };
  }
}

function settingsOf(kind: "User" | "Domain", asked: string[], known: Record<string, string>): string {
  const there = asked.filter((name) => known[name] !== undefined);
  const absent = asked.filter((name) => known[name] === undefined);
  const errors = absent.map(
    (name) =>
      `<${kind}SettingError><ErrorCode>SettingIsNotAvailable</ErrorCode><ErrorMessage>The setting isn't available.</ErrorMessage><SettingName>${escape(name)}</SettingName></${kind}SettingError>`,
  );
  const type = kind === "User" ? "StringSetting" : "DomainStringSetting";
  const values = there.map(
    (name) =>
      `<${kind}Setting i:type="${type}"><Name>${name}</Name><Value>${escape(known[name] ?? "")}</Value></${kind}Setting>`,
  );
  return `<${kind}SettingErrors>${errors.join("")}</${kind}SettingErrors><${kind}Settings>${values.join("")}</${kind}Settings>`;
}

function error(code: string, message: string): string {
  return `<ErrorCode>${code}</ErrorCode><ErrorMessage>${escape(message)}</ErrorMessage>`;
}

function answer(operation: string, content: string): Reply {
  return xml(
    200,
    `<${operation}ResponseMessage xmlns="${namespace}"><Response xmlns:i="http://www.w3.org/2001/XMLSchema-instance">${error("NoError", "")}${content}</Response></${operation}ResponseMessage>`,
    `<a:Action s:mustUnderstand="1">${namespace}/Autodiscover/${operation}Response</a:Action><h:ServerVersionInfo xmlns:h="${namespace}"><h:MajorVersion>15</h:MajorVersion><h:MinorVersion>1</h:MinorVersion><h:MajorBuildNumber>2507</h:MajorBuildNumber><h:MinorBuildNumber>61</h:MinorBuildNumber><h:Version>Exchange2016</h:Version></h:ServerVersionInfo>`,
  );
}

function fault(code: string, message: string): Reply {
  return xml(
    500,
    `<s:Fault><faultcode>${code}</faultcode><faultstring xml:lang="en-US">${escape(message)}</faultstring></s:Fault>`,
    "",
  );
}

function xml(status: number, content: string, header: string): Reply {
  return {
    status,
    headers: { "Content-Type": "text/xml; charset=utf-8" },
    body: `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>${header}</s:Header><s:Body>${content}</s:Body></s:Envelope>`,
  };
}
