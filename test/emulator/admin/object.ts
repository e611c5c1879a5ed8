import { randomUUID } from "node:crypto";
import type { Organization } from "../organization.ts";
import type { Row, Side } from "../store.ts";

const containers: Record<string, string> = {
  TransportRule: "CN=TransportVersioned,CN=Rules,CN=Transport Settings",
  InboundConnector: "CN=Transport Settings",
  OutboundConnector: "CN=Transport Settings",
  SendConnector: "CN=Connections,CN=Exchange Routing Group (DWBGZMFD01QNBJR),CN=Routing Groups",
  AcceptedDomain: "CN=Accepted Domains,CN=Transport Settings",
  ManagementRoleAssignment: "CN=Role Assignments,CN=RBAC",
  ManagementScope: "CN=Scopes,CN=RBAC",
};

/** `DC=contoso,DC=com`, or the online side's domain of this forest. */
export function root(organization: Organization, side: Side): string {
  if (side.name === "onPremises") return dc(organization.store.domain);
  return `OU=${organization.store.tenantDomain},OU=Microsoft Exchange Hosted Organizations,${dc("EURPR01A001.PROD.OUTLOOK.COM")}`;
}

/** Puts a configuration object into a side, with the properties that every Exchange object carries; returns the stored row. */
export function createObject(organization: Organization, side: Side, noun: string, properties: Row): Row {
  const guid = randomUUID();
  const name = String(properties["Name"]);
  const at = new Date(organization.now()).toISOString();
  const container = containers[noun];
  const configuration = side.name === "online" ? organization.store.tenantDomain : "Contoso";
  const row: Row = {
    ...properties,
    Identity: properties["Identity"] ?? name,
    Guid: guid,
    ExchangeObjectId: guid,
    DistinguishedName: `CN=${escapeName(name)},${container ? `${container},` : ""}CN=${configuration},CN=Microsoft Exchange,CN=Services,CN=Configuration,${root(organization, side)}`,
    ExchangeVersion: "0.1 (8.0.535.0)",
    OrganizationId: side.name === "online" ? `${root(organization, side)} - ConfigurationUnits` : "",
    WhenCreatedUTC: at,
    WhenChangedUTC: at,
    IsValid: true,
    ObjectState: "Unchanged",
  };
  const objects = side.objects.get(noun) ?? new Map<string, Row>();
  side.objects.set(noun, objects.set(guid, row));
  return row;
}

/** Notes the time of a change in a row. */
export function changed(organization: Organization, row: Row): void {
  row["WhenChangedUTC"] = new Date(organization.now()).toISOString();
}

/** Gives the next state of a row the identity and distinguished name that go with its new name. */
export function rename(next: Row, row: Row): void {
  const name = String(next["Name"]);
  next["Identity"] = name;
  next["DistinguishedName"] = String(row["DistinguishedName"]).replace(
    `CN=${escapeName(String(row["Name"]))},`,
    () => `CN=${escapeName(name)},`,
  );
}

/** The text of one RDN value, with the characters escaped that a distinguished name reserves. */
export function escapeName(value: string): string {
  return value.replaceAll(/[,+"\\<>;=]/g, String.raw`\$&`);
}

function dc(domain: string): string {
  return domain
    .split(".")
    .map((label) => `DC=${label}`)
    .join(",");
}
