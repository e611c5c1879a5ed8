import { existsSync, fstatSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Organization } from "./organization.ts";
import { ownFolder } from "./owner.ts";
import { fewestPeople, populationOf } from "./populate/people.ts";
import { readSeedFile } from "./populate/seed-file.ts";
import type { SeedOptions } from "./seed.ts";
import { describeWorld, startWorld, type World } from "./world.ts";

const usage = `node test/emulator/main.ts [--hybrid | --on-premises] [--data DIR] [--seed FILE | --people N --items N] [--grant]
       [--host NAME=HOST:PORT ...] [--port N] [--propagation MS] [--latency MS] [--insecure-http]
       [--any-certificate] [--mail-advanced-from DATE] [--relay-splits] [--json]

Starts the embedded Exchange organization contoso.com on loopback and runs until SIGTERM, SIGINT or the end of a piped standard input.
  --hybrid         on-premises and Exchange Online (default)
  --on-premises    on-premises only
  --data DIR       keeps the state there and takes it up again
  --seed FILE      people, groups and mail of a YAML or JSON file, in a new organization
  --people N       so many people, in a new organization (default: the 20 of contoso.com, 3 more in Exchange Online)
  --items N        so many made-up messages in each mailbox of a new organization (default 0)
  --grant          a new organization's service account may impersonate everybody, and its application may do everything
  --host A=B:C     stands in for DNS: the host name A is reached at B:C; a certificate for A is issued
  --port N         port of the on-premises HTTPS endpoint (default: any free one)
  --propagation MS how long a new connector takes to work (default 0)
  --latency MS     every HTTP answer takes so much longer
  --insecure-http  plain HTTP on the printed URLs; only tokens stay on TLS
  --any-certificate
                   notifications of Graph go to endpoints with any certificate (default: the organization's own)
  --mail-advanced-from DATE
                   when Graph begins to guard what sent messages say (default 2026-12-31)
  --relay-splits   the relay makes a version of a message for outsiders and one for the organization, each with its signature
  --json           prints one line of JSON instead of a list`;

/** Ends the process with a sentence for the operator; the exit code is 2 where the command line is wrong, as `siu`'s own. */
function refuse(message: string, code = 2): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        hybrid: { type: "boolean" },
        "on-premises": { type: "boolean" },
        data: { type: "string" },
        seed: { type: "string" },
        people: { type: "string" },
        items: { type: "string" },
        grant: { type: "boolean" },
        latency: { type: "string" },
        "insecure-http": { type: "boolean" },
        "any-certificate": { type: "boolean" },
        "mail-advanced-from": { type: "string" },
        host: { type: "string", multiple: true },
        port: { type: "string" },
        propagation: { type: "string" },
        "relay-splits": { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function wholeNumber(name: string, value: string | undefined, most: number): number {
  if (value === undefined) return 0;
  if (!/^\d+$/.test(value) || Number(value) > most)
    refuse(`--${name} ${value}: a number from 0 to ${most} is wanted.`);
  return Number(value);
}

function readHost(value: string): [string, string] {
  const [, name, address] = /^([^=\s]+)=([^=\s]+:\d+)$/.exec(value) ?? [];
  if (name === undefined || address === undefined) {
    refuse(`--host ${value}: NAME=HOST:PORT is wanted, for example siu.contoso.com=127.0.0.1:2525.`);
  }
  return [name, address];
}

/** Files with a key and a certificate for a host that somebody else serves; those of an earlier start stay. */
async function certify(
  organization: Organization,
  folder: string,
  name: string,
): Promise<{ key: string; certificate: string }> {
  const files = { key: join(folder, `${name}.key.pem`), certificate: join(folder, `${name}.pem`) };
  if (existsSync(files.key) && existsSync(files.certificate)) return files;
  const { key, cert } = await organization.authority.issue([name, "localhost", "127.0.0.1"]);
  await writeFile(files.certificate, cert);
  await writeFile(files.key, key, { mode: 0o600 });
  return files;
}

const given = readArguments();
if (given.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
if (given.hybrid && given["on-premises"])
  refuse("--hybrid and --on-premises exclude each other: choose one.");
const port = wholeNumber("port", given.port, 65_535);
const propagationDelay = wholeNumber("propagation", given.propagation, 86_400_000);
const hosts = (given.host ?? []).map(readHost);
const environment = given["on-premises"] ? "onPremises" : "hybrid";
const hybrid = environment === "hybrid";
const latency = wholeNumber("latency", given.latency, 600_000);
const people = wholeNumber("people", given.people, 100_000);
const items = wholeNumber("items", given.items, 1_000_000);
if (given.people !== undefined && people < fewestPeople(hybrid))
  refuse(
    `--people ${given.people}: ${hybrid ? "a hybrid organization has at least one person on each side" : "an organization has at least one person"}.`,
  );
if (given.seed !== undefined && given.people !== undefined)
  refuse("--seed and --people exclude each other: a seed file names its people.");

function readDate(name: string, value: string | undefined): number | undefined {
  const time = value === undefined ? undefined : Date.parse(value);
  if (Number.isNaN(time)) refuse(`--${name} ${value}: a date is wanted, for example 2026-12-31.`);
  return time;
}
const mailAdvancedFrom = readDate("mail-advanced-from", given["mail-advanced-from"]);

async function population(): Promise<SeedOptions> {
  if (given.seed !== undefined) return readSeedFile(given.seed, hybrid);
  return people === 0 ? {} : { population: populationOf(hybrid, people) };
}

async function start(): Promise<World> {
  if (given.data !== undefined) await ownFolder(given.data);
  return startWorld({
    environment,
    hosts,
    propagationDelay,
    port,
    latency,
    insecure: given["insecure-http"] ?? false,
    anyCertificate: given["any-certificate"] ?? false,
    relaySplits: given["relay-splits"] ?? false,
    ...(mailAdvancedFrom === undefined ? {} : { settings: { mailAdvancedFrom } }),
    items,
    grant: given.grant ?? false,
    ...(await population()),
    ...(given.data === undefined ? {} : { dataFolder: given.data }),
  });
}

const world = await start().catch((error: NodeJS.ErrnoException) =>
  refuse(
    error.code === "EADDRINUSE"
      ? `Port ${port} is taken: end the program that uses it, or choose another with --port.`
      : `The embedded Exchange could not start: ${error.message}`,
    1,
  ),
);

const folder = resolve(given.data ?? (await mkdtemp(join(tmpdir(), "exchange-"))));
const ca = join(folder, "ca.pem");
// With its own line end, so that it can be put behind other authorities.
await writeFile(ca, `${world.organization.authority.ca.trimEnd()}\n`);
const certificates = Object.fromEntries(
  await Promise.all(
    hosts.map(async ([name]) => [name, await certify(world.organization, folder, name)] as const),
  ),
);
const description = { ...describeWorld(world), ca, certificates };
let ending = false;
const end = async (): Promise<void> => {
  if (ending) return;
  ending = true;
  await world
    .close()
    .catch((error: Error) => refuse(`What changed last could not be kept: ${error.message}`, 1));
  if (given.data === undefined) await rm(folder, { recursive: true, force: true });
  process.exit(0);
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end());
// A parent that dies takes its pipe with it; a terminal, a file or /dev/null is no parent's pipe.
const input = fstatSync(0);
if (input.isFIFO() || input.isSocket()) process.stdin.resume().on("end", () => void end());

// Last: who reads this may end the process at once.
process.stdout.write(
  given.json ? `${JSON.stringify(description)}\n` : `${JSON.stringify(description, undefined, 2)}\n`,
);
