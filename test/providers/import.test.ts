import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { Desired } from "../../providers/desired/resource.ts";
import { readOrganization, type Given, type Imported } from "../../providers/import/organization.ts";
import { rows } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedFrom, wantedOf } from "./stack.ts";

interface Written extends Given {
  serviceAccount: { application?: Record<string, unknown> } & Record<string, unknown>;
  connectors?: Record<string, unknown>;
}

/** What no server tells of a stack of this checkout: connections, secrets, how long somebody waits. */
function untold(stack: string): Given {
  const written = parse(
    readFileSync(new URL(`../../stacks/${stack}.yaml`, import.meta.url), "utf8"),
  ) as Written;
  const { environment, organization, connections, daemon, serviceAccount, connectors } = written;
  const { password, application } = serviceAccount;
  const { propagationMinutes, drainMinutes, outbound } = connectors ?? {};
  return {
    environment,
    organization,
    connections,
    daemon,
    serviceAccount: {
      ...(password !== undefined && { password: String(password) }),
      ...(application && { application: { clientSecret: application["clientSecret"] } as object }),
    },
    ...(environment !== "onPremises" && {
      connectors: { propagationMinutes, drainMinutes, outbound: outbound ?? {} },
    }),
  };
}

/** What is asked of Exchange, whatever the stack calls it; who runs before whom the order of the rules says. */
function wishes(wanted: readonly Desired[]): string[] {
  return wanted
    .map(({ kind, side, inputs, adopt, verify }) => {
      const { Before: _before, After: _after, Arriving: _arriving, Scope: _scope, ...rest } = inputs;
      return JSON.stringify({
        kind,
        side,
        adopt,
        verify,
        rest: Object.entries(rest).toSorted(),
      }).toLowerCase();
    })
    .toSorted();
}

/** Every configuration object as the server keeps it, but for when somebody looked at it and what a look leaves. */
function contents({ emulator: { organization } }: Embedded): string[] {
  return [...organization.store.sides.values()].flatMap((side) =>
    [...side.objects.keys()].flatMap((noun) =>
      rows(side, noun).map((row) => {
        const {
          WhenChanged: _1,
          WhenChangedUTC: _2,
          LastValidationTimestamp: _3,
          Comment,
          Comments,
          ...rest
        } = row;
        const said = [Comment, Comments].map((text) =>
          String(text ?? "").replace(/ ?\[sent-items-update:.*\]/, ""),
        );
        return JSON.stringify({ side: side.name, noun, said, rest });
      }),
    ),
  );
}

describe.each([
  ["online", "hybrid"],
  ["onprem", "onPremises"],
  ["hybrid", "hybrid"],
] as const)("stacks/%s.yaml, deployed and read back", (name, environment) => {
  let embedded: Embedded;
  let imported: Imported;

  beforeAll(async () => {
    embedded = await startEmbedded(environment);
    if (environment === "hybrid")
      await embedded.exchange("online").invoke("New-DynamicDistributionGroup", {
        Name: "Cloud",
        RecipientFilter: "Alias -eq 'victor.hugo' -or Alias -eq 'uma.patel'",
      });
    await createStack(embedded, name).up(wantedOf(name, embedded));
    embedded.renew();
    imported = await readOrganization(name, untold(name), embedded.world.on);
  });
  afterAll(() => embedded.close());

  test("asks for the same", () => {
    expect(imported.remarks).toEqual([]);
    // The people of a dynamic group stand in its rule as people; which group it was no server tells.
    const said = wantedOf(name, embedded, (text) =>
      text.replace(/group: cloud@contoso.com.*/, "people: [uma.patel@contoso.com, victor.hugo@contoso.com]"),
    );
    expect(wishes(wantedFrom(stringify(imported.config), name, embedded))).toEqual(wishes(said));
  });

  test("shows no change in a preview", async () => {
    const again = createStack(embedded, name);
    const asked = wantedFrom(stringify(imported.config), name, embedded);
    const before = contents(embedded);
    await again.up(asked);
    expect(contents(embedded)).toEqual(before);
    expect(await again.preview(asked)).toEqual([]);
  });
});
