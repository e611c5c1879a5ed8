import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inboundFromRelay, outboundToRelay } from "../../../providers/presets.ts";
import { createDeployment, type Deployment } from "../deployment.ts";
import { inventory, startEmbedded, type Embedded } from "../embedded.ts";
import { driftCheck, patience, up } from "./life.ts";

const relay = "contoso.smtp.codetwo.online";
const grant = "Given by hand";
const likeManual = { enabled: true, retainHeaders: true };

describe("the life of a stack that verifies what somebody else manages", () => {
  let embedded: Embedded;
  let deployment: Deployment;
  beforeAll(async () => {
    embedded = await startEmbedded();
    deployment = await createDeployment("verify", embedded.environment);
  }, patience);
  afterAll(async () => {
    await deployment.close();
    await embedded.close();
  });

  test(
    "a run names what is missing, makes nothing of it, and no rule comes into force",
    { timeout: patience },
    async () => {
      const before = inventory(embedded);
      const { code, output } = await deployment.pulumi(...up);
      expect([output, code]).toEqual([
        expect.stringMatching(/siu@contoso\.com.*New-ManagementRoleAssignment/s),
        1,
      ]);
      expect(output).toMatch(/InboundConnector 'CodeTwo Inbound Connector 2.0'/);
      expect(inventory(embedded)).toEqual(before);
    },
  );

  test(
    "once it is there, only the rule is made, and nothing is left of it in the end",
    { timeout: patience },
    async () => {
      const online = embedded.exchange("online");
      await online.invoke(
        "New-InboundConnector",
        inboundFromRelay("CodeTwo Inbound Connector 2.0", relay, likeManual),
      );
      await online.invoke(
        "New-OutboundConnector",
        outboundToRelay(
          "CodeTwo Outbound Connector",
          { smartHost: relay, certificateName: "*.codetwo.com" },
          likeManual,
        ),
      );
      await embedded.exchange("onPremises").invoke("New-ManagementRoleAssignment", {
        Name: grant,
        Role: "ApplicationImpersonation",
        User: "siu@contoso.com",
      });
      const before = inventory(embedded);
      expect(await deployment.pulumi(...up)).toMatchObject({ code: 0 });
      expect(inventory(embedded).filter((each) => !before.includes(each))).toEqual([
        "online TransportRule CodeTwo Exchange transport rule",
      ]);

      await online.invoke("Set-InboundConnector", {
        Identity: "CodeTwo Inbound Connector 2.0",
        RequireTls: false,
      });
      await embedded
        .exchange("onPremises")
        .invoke("Remove-ManagementRoleAssignment", { Identity: grant, Confirm: false });
      const found = await deployment.pulumi(...driftCheck);
      expect([found.output, found.code]).toEqual([
        expect.stringMatching(/RequireTls is "false" instead of "true"/),
        7,
      ]);
      expect(found.output).toMatch(/siu@contoso\.com.*New-ManagementRoleAssignment/s);

      expect(await deployment.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(inventory(embedded)).toEqual(before.filter((each) => !each.includes(grant)));
    },
  );
});
