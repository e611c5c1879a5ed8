import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inboundFromRelay, outboundToRelay } from "../../../providers/presets.ts";
import { createDeployment, type Deployment } from "../deployment.ts";
import { inventory, startEmbedded, type Embedded } from "../embedded.ts";
import { driftCheck, patience, up } from "./life.ts";

const relay = "contoso.smtp.codetwo.online";
const rights = [
  "onPremises ManagementRoleAssignment Sent Items Update impersonation (verify)",
  "onPremises ManagementScope Sent Items Update senders (verify)",
];
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
      const { code, output } = await deployment.pulumi(...up, "--continue-on-error");
      expect([output, code]).toEqual([
        expect.stringMatching(/siu@contoso\.com.*New-ManagementRoleAssignment/s),
        1,
      ]);
      expect(output).toMatch(/InboundConnector 'CodeTwo Inbound Connector 2.0'/);
      expect(inventory(embedded)).toEqual(before);
    },
  );

  test(
    "what is there by hand, and what the stack made and hands over, stays; the rule alone comes and goes",
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
      const before = inventory(embedded);
      const manage = (one: string, other: string): Promise<void> =>
        deployment.edit("stacks/verify.yaml", (text) =>
          text.replace(`impersonation:\n  manage: ${one}`, `impersonation:\n  manage: ${other}`),
        );
      await manage("verify", "full");
      expect(await deployment.pulumi(...up)).toMatchObject({ code: 0 });
      const rule = "online TransportRule CodeTwo Exchange transport rule";
      expect(inventory(embedded).filter((each) => !before.includes(each))).toEqual([...rights, rule]);

      await manage("full", "verify");
      const handedOver = await deployment.pulumi(...up);
      expect([handedOver.output, handedOver.code]).toEqual([
        expect.stringContaining("is somebody else's to manage now, and stays"),
        0,
      ]);
      expect(inventory(embedded).filter((each) => !before.includes(each))).toEqual([...rights, rule]);

      await online.invoke("Set-InboundConnector", {
        Identity: "CodeTwo Inbound Connector 2.0",
        RequireTls: false,
      });
      await embedded.exchange("onPremises").invoke("Remove-ManagementRoleAssignment", {
        Identity: "Sent Items Update impersonation (verify)",
        Confirm: false,
      });
      const found = await deployment.pulumi(...driftCheck);
      expect([found.output, found.code]).toEqual([
        expect.stringMatching(/RequireTls is "false" instead of "true"/),
        7,
      ]);
      expect(found.output).toMatch(/siu@contoso\.com.*New-ManagementRoleAssignment/s);

      expect(await deployment.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(inventory(embedded).filter((each) => !before.includes(each))).toEqual(rights.slice(1));
    },
  );
});
