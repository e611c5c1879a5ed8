import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { note } from "../note.ts";
import { proxiesOf } from "./proxies.ts";

/** A real `pwsh` that knows the embedded Exchange's sessions and cmdlets before it reads what the product writes to it. */
note("started");
process.on("SIGINT", () => {});
const pwsh = spawn("pwsh", process.argv.slice(2), { stdio: ["pipe", "inherit", "inherit"] });
pwsh.once("error", () => process.exit(127));
pwsh.once("exit", (code) => process.exit(code ?? 1));
process.once("SIGTERM", () => pwsh.kill());

const encoded = (source: string): string => Buffer.from(source, "utf8").toString("base64");
const decoded = (source: string): string =>
  `([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${encoded(source)}')))`;
const module = fileURLToPath(new URL("exchange.psm1", import.meta.url));
pwsh.stdin.write(`Import-Module ${decoded(module)} -Global -DisableNameChecking\n`);
for (const side of ["onPremises", "online"] as const)
  pwsh.stdin.write(`Set-EmbeddedProxy ${side} ${decoded(proxiesOf(side))}\n`);
process.stdin.pipe(pwsh.stdin);
