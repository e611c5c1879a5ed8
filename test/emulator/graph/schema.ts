import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";

const file = fileURLToPath(
  new URL("../../../../shared/reference/graph/graph-v1.0-siu.openapi.json", import.meta.url),
);

/** Why calls cannot be checked here, or undefined when they can: for `describe.skipIf`, to be said in the title. */
export const graphSchemaMissing: string | undefined = existsSync(file)
  ? undefined
  : "the OpenAPI description of Graph is not beside this clone (../shared/reference/graph)";

interface Content {
  content?: Record<string, unknown>;
}
interface Described {
  parameters?: { $ref?: string; name?: string; in?: string }[];
  requestBody?: Content;
  responses: Record<string, Content>;
}
interface Description {
  paths: Record<string, Record<string, Described>>;
  components: { parameters: Record<string, { name: string }>; schemas: Record<string, unknown> };
}

/** One call as it went over the wire; bodies are JSON values, or undefined for anything else. */
export interface Seen {
  method: string;
  /** Path and query after `/v1.0`. */
  target: string;
  sent: unknown;
  status: number;
  received: unknown;
}

/** Calls that Graph has and the description leaves out. */
const beyond =
  /\/(childFolders|send|sendMail|permanentDelete|attachmentSessions|checkMemberGroups|translateExchangeIds|\$count)\b|^\/users\/[^/]+\/mailFolders$|^\/me\b/i;
let loaded: { description: Description; ajv: Ajv } | undefined;

function load(): { description: Description; ajv: Ajv } {
  if (loaded) return loaded;
  const description = JSON.parse(readFileSync(file, "utf8")) as Description;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/);
  for (const format of [
    "int32",
    "int64",
    "base64url",
    "duration",
    "time",
    "uuid",
    "double",
    "float",
    "binary",
  ])
    ajv.addFormat(format, true);
  ajv.addSchema(description, "graph");
  loaded = { description, ajv };
  return loaded;
}

function pointer(...names: string[]): string {
  return `graph#/${names.map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
}

/** Every operation of the description: `GET /users/{user-id}`; none where the description is missing. */
export function describedOperations(): string[] {
  if (graphSchemaMissing) return [];
  return Object.entries(load().description.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => /^(?:get|post|put|patch|delete)$/.test(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Holds a call against the description: path, method, query options, what was sent when it was accepted, and what came back. @throws Error with everything that does not fit */
export function checkGraph({ method, target, sent, status, received }: Seen): void {
  const { description, ajv } = load();
  const [written = "", query = ""] = target.split("?");
  const path = written.replaceAll(/\('([^/]*)'\)/g, "/$1");
  const template = Object.keys(description.paths)
    .filter((each) => fits(each, path))
    .toSorted((one, other) => one.split("{").length - other.split("{").length)[0];
  const operation = template && description.paths[template]?.[method.toLowerCase()];
  if (!template || !operation) {
    if (status < 400 && !beyond.test(path)) throw new Error(`${method} ${path} is not described.`);
    if (status >= 400)
      check(
        ajv,
        pointer("components", "schemas", "microsoft.graph.ODataErrors.ODataError"),
        received,
        target,
      );
    return;
  }
  const known = (operation.parameters ?? []).map(({ $ref, name }) =>
    $ref === undefined ? name : description.components.parameters[$ref.split("/").at(-1) ?? ""]?.name,
  );
  // What a link to the next page holds is the service's own.
  for (const name of new URLSearchParams(query).keys())
    if (name.startsWith("$") && name !== "$skiptoken" && !known.includes(name) && status < 400)
      throw new Error(`${method} ${target}: '${name}' is not described.`);
  const base = ["paths", template, method.toLowerCase()];
  if (status < 400 && sent !== undefined && operation.requestBody?.content?.["application/json"])
    check(
      ajv,
      pointer(...base, "requestBody", "content", "application/json", "schema"),
      sent,
      `request of ${target}`,
    );
  const answers = Object.keys(operation.responses);
  const code = answers.find((each) => each === String(status)) ?? (status >= 400 ? "error" : undefined);
  if (code === undefined) throw new Error(`${method} ${target}: the status ${status} is not described.`);
  if (code === "error" || received === undefined) {
    if (code === "error")
      check(
        ajv,
        pointer("components", "schemas", "microsoft.graph.ODataErrors.ODataError"),
        received,
        target,
      );
    return;
  }
  if (operation.responses[code]?.content?.["application/json"])
    check(
      ajv,
      pointer(...base, "responses", code, "content", "application/json", "schema"),
      received,
      target,
    );
  for (const [type, object] of typed(received))
    if (description.components.schemas[type])
      check(ajv, pointer("components", "schemas", type), object, target);
}

/** Holds the body of a notification request against the description. @throws Error with everything that does not fit */
export function checkNotifications(body: unknown): void {
  if (graphSchemaMissing) return;
  check(
    load().ajv,
    pointer("components", "schemas", "microsoft.graph.changeNotificationCollection"),
    body,
    "notification",
  );
}

function check(ajv: Ajv, reference: string, value: unknown, what: string): void {
  const validate: ValidateFunction | undefined = ajv.getSchema(reference);
  if (!validate) throw new Error(`The description has no ${reference}.`);
  if (!validate(value))
    throw new Error(`${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`);
}

/** Whether a path has the form of a template; `delta()` and `$value` are no ids. */
function fits(template: string, path: string): boolean {
  const [wanted, given] = [template.toLowerCase().split("/"), path.toLowerCase().split("/")];
  return (
    wanted.length === given.length &&
    wanted.every((each, index) => {
      const segment = (given[index] ?? "").replaceAll("%24", "$");
      if (each.startsWith("{")) return !/^delta(\(\))?$|^\$/.test(segment);
      const bare = segment.replace(/^microsoft\.graph\./, "graph.").replace(/\(\)$/, "");
      return each.replace(/\(\)$/, "") === bare;
    })
  );
}

/** Objects that tell their type, with it. */
function typed(value: unknown): [type: string, object: object][] {
  if (Array.isArray(value)) return value.flatMap(typed);
  if (typeof value !== "object" || value === null) return [];
  const type = (value as Record<string, unknown>)["@odata.type"];
  const own: [string, object][] = typeof type === "string" ? [[type.replace(/^#/, ""), value]] : [];
  return [...own, ...Object.values(value).flatMap(typed)];
}
