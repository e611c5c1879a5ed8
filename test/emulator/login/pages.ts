import type { Answer, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import type { Recipient } from "../store.ts";
import { audienceOf } from "./audience.ts";
import { isSignedBy, readJwt, writeJwt } from "./jwt.ts";
import { personOf, secondFactorOf } from "./password.ts";
import { LoginError, refuse } from "./refusal.ts";
import { begin, current, patience, publicClient } from "./sign-in.ts";
import { signingKey } from "./signing-key.ts";

/** RFC 8628: a program asks for a code that somebody types elsewhere. @throws LoginError */
export function deviceCode(organization: Organization, { body, headers }: Request): Answer {
  try {
    const form = new URLSearchParams(body.toString("utf8"));
    const appId = publicClient(form);
    audienceOf(form, 2);
    const letters = "BCDFGHJKLMNPQRSTVWXZ23456789";
    const userCode = [...crypto.getRandomValues(new Uint8Array(9))]
      .map((each) => letters[each % 28])
      .join("");
    const scope = form.get("scope") ?? "";
    const { code } = begin(organization, { userCode, appId, scope }, patience.device);
    const page = `https://${headers.host ?? ""}/common/oauth2/deviceauth`;
    return {
      status: 200,
      headers: { "Cache-Control": "no-store" },
      body: {
        user_code: userCode,
        device_code: code,
        verification_uri: page,
        expires_in: patience.device / 1000,
        interval: 5,
        message: `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`,
      },
    };
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    return refuse(organization, error, headers);
  }
}

/** Where somebody types the code of a program elsewhere, then signs in. */
export async function devicePage(organization: Organization, request: Request): Promise<Answer> {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const typed = (form.get("otc_device") ?? "").replaceAll(/[\s-]/g, "").toUpperCase();
  const signIn = current(organization).find(({ userCode }) => userCode !== undefined && userCode === typed);
  if (!signIn)
    return page(typed === "" ? "" : "That code didn't work. Check the code and try again.", ["otc_device"]);
  const kept = { otc_device: typed };
  if (form.has("cancel")) {
    signIn.isDeclined = true;
    organization.save();
    return page("You have cancelled the sign-in.", []);
  }
  const who = await somebody(organization, form, kept);
  if ("status" in who) return who;
  signIn.account = who.guid;
  organization.save();
  return page("You have signed in to the application on your device. You may now close this window.", []);
}

/** RFC 6749, 4.1 with RFC 7636: somebody signs in in a browser, and it goes back to the program with a code. */
export async function authorizePage(organization: Organization, request: Request): Promise<Answer> {
  const { searchParams: asked } = request.url;
  const target = asked.get("redirect_uri") ?? "";
  // A page of somebody else must never get a code.
  if (
    !URL.canParse(target) ||
    !/^http:$/.test(new URL(target).protocol) ||
    !/^(localhost|127\.0\.0\.1)$/.test(new URL(target).hostname)
  )
    return page(
      "AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.",
      [],
    );
  const back = (answer: Record<string, string>): Answer => {
    const address = new URL(target);
    const state = asked.get("state");
    for (const [name, value] of Object.entries({ ...answer, ...(state !== null && { state }) }))
      address.searchParams.set(name, value);
    return { status: 302, headers: { Location: address.href, "Cache-Control": "no-store" } };
  };
  const form = new URLSearchParams(request.body.toString("utf8"));
  try {
    const appId = publicClient(asked);
    audienceOf(asked, 2);
    const challenge = asked.get("code_challenge");
    if (
      asked.get("response_type") !== "code" ||
      challenge === null ||
      asked.get("code_challenge_method") !== "S256"
    )
      throw new LoginError(
        400,
        "invalid_request",
        "AADSTS9002325: Proof Key for Code Exchange is required for this client.",
      );
    if (form.has("cancel"))
      throw new LoginError(400, "access_denied", "AADSTS65004: User declined to consent to access the app.");
    const who = await somebody(organization, form, {});
    if ("status" in who) return who;
    const wanted = {
      appId,
      scope: asked.get("scope") ?? "",
      redirectUri: target,
      challenge,
      account: who.guid,
    };
    return back({ code: begin(organization, wanted, patience.redirect).code });
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    return back({ error: error.error, error_description: error.message });
  }
}

/** Whoever signed in with everything that it takes, or the page that asks for the rest. */
async function somebody(
  organization: Organization,
  form: URLSearchParams,
  kept: Record<string, string>,
): Promise<Recipient | Answer> {
  const key = await signingKey(organization);
  const known = readJwt(form.get("ctx") ?? "");
  const user = form.get("login") ?? "";
  try {
    if (known && isSignedBy(known, key.public) && Number(known.claims["exp"]) * 1000 > organization.now()) {
      const guid = String(known.claims["ctx"]);
      const account = [...organization.store.sides.values()].flatMap(
        (side) => side.recipients.get(guid) ?? [],
      )[0];
      if (account && form.get("otc") === secondFactorOf(organization, guid)) return account;
      throw new LoginError(
        400,
        "invalid_grant",
        "AADSTS500121: Authentication failed during strong authentication request.",
      );
    }
    if (user === "") return page("", ["login", "passwd"], kept);
    const account = personOf(organization, user, form.get("passwd") ?? "");
    if (secondFactorOf(organization, account.guid) === undefined) return account;
    const exp = Math.floor(organization.now() / 1000) + 300;
    const ctx = writeJwt({ ctx: account.guid, exp }, key.private, key.id);
    return page("Enter the code that your authenticator app shows.", ["otc"], { ...kept, ctx });
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    return page(error.message, ["login", "passwd"], kept);
  }
}

/** A form that comes back to where it is from. */
function page(text: string, fields: string[], kept: Record<string, string> = {}): Answer {
  const hidden = Object.entries(kept).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  const inputs = fields.map((name) => `<input name="${name}"${name === "passwd" ? ' type="password"' : ""}>`);
  const form =
    fields.length === 0
      ? ""
      : `<form method="post">${[...hidden, ...inputs].join("")}<button>Next</button></form>`;
  const said = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    status: 200,
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" },
    body: `<!doctype html><title>Sign in to your account</title><p>${said}</p>${form}`,
  };
}
