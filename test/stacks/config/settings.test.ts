import { describe, expect, test } from "vitest";
import { settingsOf } from "../../../stacks/config/settings.ts";
import { checkStructure } from "../../../stacks/config/structure.ts";
import { edited, hybrid, load, onPremises } from "./samples.ts";

describe("the daemon's settings", () => {
  test("say what it needs, with secrets as references only", () => {
    const text = edited(hybrid, [["connections", "certificateAuthority"], "${file:/etc/siu/ca.pem}"]);
    expect(settingsOf(load(text).config)).toEqual({
      version: 1,
      status: "on",
      organization: {
        domain: "contoso.com",
        acceptedDomains: [],
        tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
      },
      mailboxes: {
        onPremises: {
          autodiscover: true,
          authentication: "ntlm",
          certificateAuthority: "${file:/etc/siu/ca.pem}",
          account: { upn: "siu@contoso.com", password: "${file:/etc/siu/password}" },
        },
      },
      senders: { include: "all", users: [], groups: [] },
      keepOriginal: false,
      recreateLocked: true,
      whenEdited: "skip",
      splitMessages: { enabled: false, saveAll: false, keep: "last" },
      processedHeader: "X-CodeTwoProcessed",
      processingIdHeader: "X-CodeTwo-MessageID",
      intake: {
        via: "connector",
        name: "Sent Items Update intake",
        address: "stamped@siu.contoso.com",
        smartHost: "siu.contoso.com",
        clientCertificateName: "mail.protection.outlook.com",
        tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
        listen: {
          host: "0.0.0.0",
          port: 25,
          key: "${file:/etc/siu/key.pem}",
          certificate: "${file:/etc/siu/certificate.pem}",
        },
        adopt: false,
      },
      settleDelaySeconds: 1,
      keepDays: { audit: 90, failed: 7, originals: 0 },
      deadlineSeconds: 86_400,
    });
  });

  test("of an organization with own servers name the EWS URL and the created account", () => {
    expect(settingsOf(load(onPremises).config).mailboxes).toEqual({
      onPremises: {
        ewsUrl: "https://mail01.contoso.com/EWS/Exchange.asmx",
        authentication: "ntlm",
        account: { upn: "CodeTwoSiuAgent@contoso.com", password: "${file:service-account.password}" },
      },
    });
  });

  test("ask for tokens of the tenant where its servers take them", () => {
    const application = { clientId: "11111111-2222-3333-4444-555555555555", clientSecret: "${env:SECRET}" };
    const objectId = "66666666-2222-3333-4444-555555555555";
    const text = edited(
      hybrid,
      [["connections", "onPremises", "ewsAuthentication"], "oauth"],
      [["connections", "onPremises", "ewsResource"], "https://mail.contoso.com"],
      [["serviceAccount", "application"], { ...application, objectId }],
    );
    const settings = settingsOf(load(text).config);
    expect(settings.mailboxes.onPremises).toEqual({
      autodiscover: true,
      oauth: {
        tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
        application: { ...application, objectId },
        loginUrl: "https://login.microsoftonline.com",
        resource: "https://mail.contoso.com",
      },
      account: { upn: "siu@contoso.com", password: "${file:/etc/siu/password}" },
    });
    expect(checkStructure(settings, "Settings").findings).toEqual([]);
  });

  test("take the headers of a relay of one's own", () => {
    const relay = {
      preset: "custom",
      smartHost: "relay.contoso.com",
      serverCertificateName: "relay.contoso.com",
      clientCertificateName: "relay.contoso.com",
      processedHeader: "X-Stamped",
    };
    const settings = settingsOf(load(edited(hybrid, [["signatureService"], relay])).config);
    expect(settings.processedHeader).toBe("X-Stamped");
    expect(settings).not.toHaveProperty("processingIdHeader");
  });

  test("hold what their schema says, and survive the way as JSON", () => {
    for (const text of [hybrid, onPremises]) {
      const settings = settingsOf(load(text).config);
      expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
      expect(checkStructure(settings, "Settings").findings).toEqual([]);
    }
  });
});
