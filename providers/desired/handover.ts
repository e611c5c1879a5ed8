import type { Config } from "../../stacks/config/types.ts";
import { normal, type Kind } from "../kind.ts";
import { kinds, type KindName } from "../kinds/all.ts";
import type { Inputs } from "../state.ts";
import type { Desired } from "./resource.ts";

const rights: readonly KindName[] = [
  "ManagementScope",
  "ImpersonationGrant",
  "ServicePrincipal",
  "ApplicationGrant",
];

/**
 * Whether an object stays as it is although its resource goes, because by the file, which asks for `wanted`, somebody else manages it now.
 * Of a keepsake: whether the file still takes its object over, and no longer gives it back. Pure.
 */
export function stays(resource: Inputs, config: Config, wanted: readonly Desired[]): boolean {
  const { kind, inputs, keepsake } = resource;
  const { impersonation, serviceAccount, senders, senderScopes } = config;
  const still = wanted.find((each) => !each.keepsake && isSameObject(each, resource));
  if (still) return still.verify || (keepsake === true && still.adopt !== "restore");
  if (rights.includes(kind)) return impersonation.manage === "verify";
  if (kind === "ServiceAccount")
    return !serviceAccount.create && isSame(serviceAccount.upn, inputs["UserPrincipalName"]);
  if (kind !== "DistributionGroup") return false;
  const named = [...senders.groups, ...Object.values(senderScopes).map(({ group }) => group)];
  return named.some((each) => isSame(each, inputs["PrimarySmtpAddress"]));
}

function isSameObject(one: Desired, other: Inputs): boolean {
  const kind: Kind = kinds[one.kind];
  if (kind.is !== "object" || one.kind !== other.kind || one.side !== other.side) return false;
  const { identity } = kind;
  return normal(kind, identity, one.inputs[identity]) === normal(kind, identity, other.inputs[identity]);
}

function isSame(one: string | undefined, other: unknown): boolean {
  return one?.toLowerCase() === String(other).toLowerCase();
}
