import type { Draft } from "./draft.ts";
import type { Config, Intake } from "./types.ts";

/** Where a created account's password is kept when the configuration names no place of its own. */
const generatedPassword = "${file:service-account.password}";

/**
 * The defaults that depend on other values (schema.json tells of each in its description): the created account's
 * name and password file, the EWS URL of a server, Microsoft's endpoints of a tenant, the tenant of the intake.
 */
export function withDerived(config: Config): Config {
  const { organization, connections, serviceAccount, intake } = config;
  const { onPremises, online } = connections;
  const tenant = organization.tenantId;
  return {
    ...config,
    connections: {
      ...connections,
      ...(onPremises?.server !== undefined && {
        onPremises: { ewsUrl: ewsUrlOf(onPremises.server), ...onPremises },
      }),
      ...(online !== undefined &&
        tenant !== undefined && {
          online: {
            ...online,
            admin: {
              url: `https://outlook.office365.com/adminapi/beta/${tenant}`,
              tokenUrl: `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
              ...online.admin,
            },
          },
        }),
    },
    ...(serviceAccount.create && {
      serviceAccount: { upn: createdUpn(organization), password: generatedPassword, ...serviceAccount },
    }),
    ...(intake !== undefined &&
      tenant !== undefined && {
        intake: Array.isArray(intake) ? intake.map((way) => ofTenant(way, tenant)) : ofTenant(intake, tenant),
      }),
  };
}

/** The manuals' name for an account that the product creates. */
export function createdUpn(organization: Draft["organization"]): string {
  return `CodeTwoSiuAgent@${organization?.domain}`;
}

function ofTenant(intake: Intake, tenantId: string): Intake {
  return intake.via === "connector" ? { tenantId, ...intake } : intake;
}

function ewsUrlOf(server: string): string {
  const isIpv6 = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(server);
  return `https://${isIpv6 ? `[${server}]` : server}/EWS/Exchange.asmx`;
}
