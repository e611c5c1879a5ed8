import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { resolve } from "../config/references.ts";
import type { Config } from "../config/types.ts";
import { byBrowser, openBrowser } from "./sign-in/browser.ts";
import { byDeviceCode } from "./sign-in/device-code.ts";
import { keep } from "./sign-in/keeper.ts";
import { readFile } from "./sources.ts";
import { isInteractive } from "./terminal.ts";

/** The public client of Microsoft's own Exchange Online PowerShell, which is known in every tenant. */
const exchangePowerShell = "fb78d390-0c51-40cd-8e17-fdbfab77341b";

let signedIn: Promise<Record<string, string>> | undefined;

/**
 * Signs the operator in where the configuration says so (`connections.online.admin.signIn`), once in a process. Answers the variables by
 * which this process and those that it starts come to tokens; nothing is stored, and nothing is in arguments or state.
 * @throws Fault WRONG_CREDENTIALS | UNAVAILABLE; Error without a terminal
 */
export async function signIn({ connections }: Pick<Config, "connections">): Promise<Record<string, string>> {
  const how = connections.online?.admin.signIn;
  if (how === undefined || process.env["SIU_SIGN_IN"] !== undefined) return {};
  if (!isInteractive())
    throw new Error(
      "connections.online.admin.signIn needs somebody at a terminal. Let an application sign in here: federated, managedIdentity, a certificate or a secret.",
    );
  return (signedIn ??= ask(how, connections));
}

async function ask(
  how: "browser" | "deviceCode",
  { certificateAuthority, online }: Config["connections"],
): Promise<Record<string, string>> {
  const said = resolve(
    { ca: certificateAuthority, clientId: online?.admin.clientId, tokenUrl: online?.admin.tokenUrl },
    { env: process.env, readFile },
  );
  const desk = {
    url: (said.tokenUrl ?? "").replace(/\/token$/, ""),
    clientId: said.clientId ?? exchangePowerShell,
    dispatcher: new Agent(said.ca === undefined ? {} : { connect: { ca: said.ca } }),
    now: Date.now,
  };
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const wait = async (milliseconds: number): Promise<void> => void (await sleep(milliseconds));
  const show = (url: string): void => {
    say(`Sign in in the browser. If none opens: ${url}`);
    openBrowser(url, process.env["BROWSER"], process.platform);
  };
  const grant = await (how === "browser" ? byBrowser(desk, show) : byDeviceCode(desk, say, wait));
  return (await keep(desk, grant)).variables;
}
