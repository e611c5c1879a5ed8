import { createHash } from "node:crypto";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recipientByAddress, sideOf } from "../store.ts";
import { startWorld, type World } from "../world.ts";
import { exchangePowerShell } from "./sign-in.ts";

let world: World;
let dispatcher: Agent;
let base: string;
let now = Date.now();
const passwd = "Uma-signs-in-1!";
const verifier = "v".repeat(43);

beforeAll(async () => {
  world = await startWorld({ environment: "hybrid", now: () => now });
  dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
  base = String(world.online?.token).replace(/\/token$/, "");
  for (const side of ["onPremises", "online"] as const) {
    const uma = recipientByAddress(sideOf(world.organization, side), "uma.patel@contoso.com");
    if (uma) Object.assign(uma, { password: passwd, secondFactor: "123456" });
  }
});
afterAll(async () => {
  await dispatcher.close();
  await world.close();
});

async function post(
  url: string,
  form: Record<string, string>,
): Promise<{ status: number; location: string; text: string }> {
  const body = new URLSearchParams(form).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await request(url, { method: "POST", dispatcher, headers, body });
  return {
    status: answer.statusCode,
    location: String(answer.headers["location"] ?? ""),
    text: await answer.body.text(),
  };
}

function authorize(change: Record<string, string> = {}): string {
  const asked = {
    client_id: exchangePowerShell,
    response_type: "code",
    redirect_uri: "http://localhost:5000/",
    scope: "https://outlook.office365.com/.default offline_access",
    state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...change,
  };
  return `${base}/authorize?${new URLSearchParams(asked).toString()}`;
}

/** The redirect's address after the password and the second factor. */
async function signedIn(otc = "123456"): Promise<{ location: string; text: string }> {
  const { text } = await post(authorize(), { login: "uma.patel@contoso.com", passwd });
  return post(authorize(), { ctx: /name="ctx" value="([^"]+)"/.exec(text)?.[1] ?? "", otc });
}

const redeemed = (code: string, change: Record<string, string> = {}): ReturnType<typeof post> =>
  post(`${base}/token`, {
    grant_type: "authorization_code",
    client_id: exchangePowerShell,
    code,
    redirect_uri: "http://localhost:5000/",
    code_verifier: verifier,
    ...change,
  });

test("a redirect brings a code that is redeemed once, with the verifier and the address of its request", async () => {
  const { location } = await signedIn();
  const answer = new URL(location).searchParams;
  expect(answer.get("state")).toBe("s");
  const code = answer.get("code") ?? "";
  expect((await redeemed(code, { code_verifier: "w".repeat(43) })).text).toContain("AADSTS501481");
  expect((await redeemed(code, { redirect_uri: "http://localhost:5001/" })).text).toContain("AADSTS500112");
  expect((await redeemed(code)).status).toBe(200);
  expect((await redeemed(code)).text).toContain("AADSTS70008");
});

test.each([
  [
    "a wrong password",
    () => post(authorize(), { login: "uma.patel@contoso.com", passwd: "x" }),
    "AADSTS50126",
  ],
  ["a stranger", () => post(authorize(), { login: "nobody@contoso.com", passwd: "x" }), "AADSTS50034"],
  ["a wrong second factor", () => signedIn("000000"), "AADSTS500121"],
  [
    "an address of somebody else",
    () => post(authorize({ redirect_uri: "https://evil.example/" }), {}),
    "AADSTS50011",
  ],
])("%s gets the page's refusal and no code", async (_what, ask, number) => {
  const { location, text } = await ask();
  expect([location, text]).toEqual(["", expect.stringContaining(number)]);
});

test.each([
  ["without a challenge", { code_challenge_method: "plain" }, "AADSTS9002325"],
  ["of an unknown program", { client_id: "x" }, "AADSTS700016"],
])("a request %s goes back with the reason", async (_what, change, number) => {
  const { location } = await post(authorize(change), {});
  expect(new URL(location).searchParams.get("error_description")).toContain(number);
});

test("a code of another device is pending until somebody signs in, and ends after a quarter of an hour", async () => {
  const offer = JSON.parse(
    (
      await post(`${base}/devicecode`, {
        client_id: exchangePowerShell,
        scope: "https://outlook.office365.com/.default",
      })
    ).text,
  ) as Record<string, string>;
  const look = () =>
    post(`${base}/token`, {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: exchangePowerShell,
      device_code: offer["device_code"] ?? "",
    });
  expect((await look()).text).toContain('"error":"authorization_pending"');
  expect((await post(offer["verification_uri"] ?? "", { otc_device: "WRONG" })).text).toContain(
    "That code didn't work",
  );
  now += 901_000;
  expect((await look()).text).toContain('"error":"expired_token"');
});

test("a person with a second factor gets no token by the password alone", async () => {
  const [application] = world.organization.store.applications;
  const { text } = await post(`${base}/token`, {
    grant_type: "password",
    client_id: application?.appId ?? "",
    username: "uma.patel@contoso.com",
    password: passwd,
    scope: "https://outlook.office365.com/.default",
  });
  expect(text).toContain("AADSTS50076");
});
