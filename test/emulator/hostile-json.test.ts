import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { basic } from "./admin/session.ts";
import { recipientByAddress, sideOf } from "./store.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
let dispatcher: Agent;
beforeAll(async () => {
  world = await startWorld();
  dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
});
afterAll(async () => {
  await dispatcher.close();
  await world.close();
});

const deep = 200_000;
const bodies: [string, string | Buffer][] = [
  ["cut off", '{"CmdletInput":'],
  ["nothing", ""],
  ["a list", "[]"],
  ["null", "null"],
  ["a number beyond all", "1e999"],
  ["text", '"x"'],
  ["deep lists", "[".repeat(deep) + "]".repeat(deep)],
  ["deep objects", `${'{"CmdletInput":'.repeat(deep)}1${"}".repeat(deep)}`],
  ["UTF-16", Buffer.from("{}", "utf16le")],
  ["a prototype", '{"__proto__":{"CmdletInput":{}},"constructor":{"prototype":{}}}'],
  ["20 MB of it", Buffer.alloc(20_000_000, 0x5b)],
];

async function post(
  url: string,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const answer = await request(url, {
    dispatcher,
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

function invoke(body: string | Buffer): Promise<{ status: number; text: string }> {
  const administrator = recipientByAddress(sideOf(world.organization, "onPremises"), "admin@contoso.com");
  return post(`${world.onPremises.admin}/InvokeCommand`, body, {
    Authorization: basic("admin@contoso.com", administrator?.password ?? ""),
  });
}

test.each(bodies)("the admin endpoint refuses %s as no command", async (_what, body) => {
  const { status, text } = await invoke(body);
  expect([status, JSON.parse(text)]).toEqual([
    400,
    { error: expect.objectContaining({ code: "BadRequest" }) },
  ]);
});

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "%s is no cmdlet that anybody holds",
  async (name) => {
    const { status } = await invoke(JSON.stringify({ CmdletInput: { CmdletName: name, Parameters: {} } }));
    expect(status).toBe(403);
    const parameter = `{"CmdletInput":{"CmdletName":"Get-User","Parameters":{"${name}":1}}}`;
    expect(await invoke(parameter)).toMatchObject({
      status: 400,
      text: expect.stringContaining("ParameterBindingException"),
    });
  },
);

test.each(bodies)("the control endpoint says what is wrong with %s", async (_what, body) => {
  for (const path of ["faults", "redirects", "credentials"]) {
    const { status, text } = await post(`${world.control.url}/${path}`, body, {
      Authorization: `Bearer ${world.control.token}`,
    });
    expect([path, status, JSON.parse(text)]).toEqual([path, 400, { error: expect.any(String) }]);
  }
  expect(world.organization.faults.list()).toEqual([]);
  expect(world.organization.redirects.size).toBe(0);
});

test.each<[string, string | Buffer, string, number]>([
  ...bodies.map(([what, body]): [string, string | Buffer, string, number] => [
    what,
    body,
    "invalid_request",
    900_144,
  ]),
  ["a million fields", "a=&".repeat(1_000_000), "invalid_request", 900_144],
  ["broken escapes", "grant_type=%zz&%ff=%00", "unsupported_grant_type", 70_003],
  ["another grant, of nobody", "grant_type=password&username=x&password=y", "invalid_request", 900_144],
])("the login refuses %s in Entra's form", async (_what, body, error, code) => {
  const { status, text } = await post(world.online?.token ?? "", body, {
    "Content-Type": "application/x-www-form-urlencoded",
  });
  expect([status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ error, error_codes: [code] })]);
});

test.each(["a.b.c", "..", `${Buffer.from("null").toString("base64url")}.`.repeat(2), "x".repeat(1_000_000)])(
  "an assertion that is none is refused as such",
  async (assertion) => {
    const [app] = world.organization.store.applications;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: app?.appId ?? "",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
    const { status, text } = await post(world.online?.token ?? "", form.toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect([status, JSON.parse(text)]).toEqual([401, expect.objectContaining({ error: "invalid_client" })]);
  },
);
