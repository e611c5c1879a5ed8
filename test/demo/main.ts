import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Agent } from "undici";
import { openAudit } from "./daemon.ts";
import { interrupt, prepare, writeVariables } from "./deployment.ts";
import { attack } from "./forge.ts";
import { send, type Account } from "./outlook.ts";
import { endAll, start, type Started } from "./process.ts";
import { attackLine, inWords, line, summarize } from "./report.ts";
import { scenes, type Scene } from "./scenario.ts";
import { openTracer } from "./trace.ts";
import { watch } from "./watch.ts";

const usage = `npm run demo [-- --json] [-- --keep]

Starts the embedded Exchange organization contoso.com, deploys stacks/demo.yaml to it, starts the daemon and sends mail.
  --json   print the result as one line of JSON at the end
  --keep   leave everything running, and print addresses and passwords to look around`;

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, ".siu", "demo");
const intake = { name: "siu.contoso.com", address: "stamped@siu.contoso.com" };
/** Longest time from sending to the result of one message. */
const patience = 60_000;

/** What the embedded Exchange says of itself when it is ready. */
interface World {
  ca: string;
  submission: string;
  tenantId: string;
  users: { upn: string; password: string }[];
  administrator: { upn: string; password: string };
  serviceAccount: { upn: string; password: string };
  app: { clientId: string; secret: string };
  worker?: { clientId: string; secret: string };
  certificates: Record<string, { key: string; certificate: string }>;
  sides: {
    onPremises: { admin: string; ews: string; autodiscover: string };
    online: { admin: string; token: string; smtp: string; graph: string; submission: string };
  };
}

const options = readOptions();
const started: Started[] = [];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Ends what was started, the last one first. */
async function stop(): Promise<void> {
  await interrupt();
  for (const each of started.splice(0).toReversed()) await each.stop();
}

async function demo(): Promise<void> {
  await mkdir(join(folder, "logs"), { recursive: true, mode: 0o700 });
  const port = await freePort();

  say("Starting the embedded Exchange: contoso.com, hybrid ...");
  const exchange = await start(
    join(root, "test/emulator/main.ts"),
    [
      "--hybrid",
      "--relay-splits",
      "--json",
      "--data",
      join(folder, "exchange"),
      "--host",
      `${intake.name}=127.0.0.1:${port}`,
    ],
    {},
    join(folder, "logs", "exchange.log"),
  ).catch((cause: unknown) => {
    const text = cause instanceof Error ? cause.message : String(cause);
    const other = /in use|another --data folder/.test(text);
    throw new Error(other ? "another demo is running in this checkout; end it first (Ctrl-C there)" : text, {
      cause,
    });
  });
  started.push(exchange);
  const world = exchange.ready as unknown as World;
  const variables = await variablesOf(world, port);
  await writeVariables(join(folder, "env"), variables);

  say("Deploying stacks/demo.yaml with Pulumi ...");
  const deployment = await prepare(folder, variables);
  const { resources, changed } = await deployment.up((text) => {
    if (text.trim() !== "") say(`  ${text}`);
  });
  const current = await deployment.isCurrent();
  say(
    `${resources} resources, ${changed === 0 ? "nothing to change" : `${changed} changed`}; looking again at Exchange: ` +
      (current ? "nothing to change." : "IT DIFFERS FROM WHAT IS DECLARED."),
  );

  say("Starting the daemon ...");
  const token = randomBytes(24).toString("base64url");
  const daemon = await start(
    join(root, "reconciler/main.ts"),
    ["--json"],
    { ...variables, SIU_DATA: join(folder, "daemon"), SIU_HTTP_PORT: "0", SIU_TOKEN: token },
    join(folder, "logs", "daemon.log"),
  );
  started.push(daemon);
  const url = `http://127.0.0.1:${String(daemon.ready["http"])}`;
  await deployment.publish(url, token);

  say("Sending mail ...");
  const { endings, attacks } = await sendAll(world, port, url, token);
  const summary = summarize(endings, attacks, resources, current);
  say(`\n${inWords(summary)}`);
  if (options.keep) say(surroundings(world, url, token));
  if (options.json) say(JSON.stringify(summary));
  process.exitCode = summary.ok ? 0 : 1;
  if (!options.keep) return;
  const asked = new Promise<string>((resolve) =>
    process.once("SIGINT", () => resolve("")).once("SIGTERM", () => resolve("")),
  );
  const gone = await Promise.race([
    asked,
    exchange.ended.then(() => "embedded Exchange"),
    daemon.ended.then(() => "daemon"),
  ]);
  if (gone !== "") throw new Error(`the ${gone} ended by itself`);
}

async function sendAll(world: World, port: number, url: string, token: string) {
  const ca = await readFile(world.ca, "utf8");
  const dispatcher = new Agent({ connect: { ca } });
  const { onPremises, online } = world.sides;
  const { admin, token: tokens, smtp } = online;
  const { clientId, secret: clientSecret } = world.app;
  const access = { admin, token: tokens, clientId, clientSecret, dispatcher };
  const tracer = await openTracer(access, {
    rules: ["CodeTwo Exchange transport rule", "Sent Items Update intake"],
    outbound: "CodeTwo Outbound Connector",
    returns: "contoso.smtp.codetwo.online",
    intake: intake.address,
  });
  const audit = openAudit(url, token);
  const accountOf = ({ account: address, home }: Scene): Account => {
    const password = world.users.find(({ upn }) => upn === address)?.password ?? "";
    const client =
      home === "online"
        ? { submission: online.submission }
        : { submission: world.submission, ews: onPremises.ews };
    return { address, password, ...client, ca, dispatcher };
  };
  const all = await scenes(new Date());
  const endings = await Promise.all(
    all.map(async (scene) => {
      await send(accountOf(scene), scene.to, scene.mime);
      const ending = await watch(scene, Date.now(), { tracer, audit, patience });
      say(line(ending));
      return ending;
    }),
  );
  const [message] = all;
  if (!message) throw new Error("the scenario is empty");
  const attacks = await attack({
    message,
    victim: accountOf(message),
    tenantId: world.tenantId,
    mx: smtp,
    listener: `127.0.0.1:${port}`,
    intake: intake.address,
    tracer,
    audit,
  });
  for (const each of attacks) say(attackLine(each));
  await audit.close();
  await dispatcher.close();
  return { endings, attacks };
}

/** What stacks/demo.yaml refers to. */
async function variablesOf(world: World, port: number): Promise<Record<string, string>> {
  const listener = world.certificates[intake.name];
  if (!listener) throw new Error(`the embedded Exchange issued no certificate for ${intake.name}`);
  if (!world.worker)
    throw new Error(`the embedded Exchange in ${folder} is of an older demo; remove that folder`);
  return {
    SIU_DEMO_CA: await readFile(world.ca, "utf8"),
    SIU_DEMO_AUTODISCOVER: world.sides.onPremises.autodiscover,
    SIU_DEMO_ONPREMISES_ADMIN: world.sides.onPremises.admin,
    SIU_DEMO_ADMIN_PASSWORD: world.administrator.password,
    SIU_DEMO_ONLINE_ADMIN: world.sides.online.admin,
    SIU_DEMO_TOKEN: world.sides.online.token,
    SIU_DEMO_CLIENT_SECRET: world.app.secret,
    SIU_DEMO_GRAPH: world.sides.online.graph,
    SIU_DEMO_LOGIN: new URL(world.sides.online.token).origin,
    SIU_DEMO_APPLICATION_SECRET: world.worker.secret,
    SIU_DEMO_SERVICE_PASSWORD: world.serviceAccount.password,
    SIU_DEMO_INTAKE_PORT: String(port),
    SIU_DEMO_INTAKE_KEY: await readFile(listener.key, "utf8"),
    SIU_DEMO_INTAKE_CERTIFICATE: await readFile(listener.certificate, "utf8"),
  };
}

/** What one needs to look around. */
function surroundings(world: World, url: string, token: string): string {
  const { onPremises, online } = world.sides;
  return `
Everything keeps running until Ctrl-C.
  EWS              ${onPremises.ews}
  SMTP submission  ${world.submission} (STARTTLS)
  authority        ${world.ca}
  administration   on-premises ${onPremises.admin}/InvokeCommand
                   as ${world.administrator.upn} ${world.administrator.password}
                   online ${online.admin}/InvokeCommand
                   with a token from ${online.token}
                   for ${world.app.clientId} ${world.app.secret}
  service account  ${world.serviceAccount.upn} ${world.serviceAccount.password}
  daemon           ${url}  Authorization: Bearer ${token}
  Pulumi           source .siu/demo/env && npx siu preview demo --refresh
  people
${world.users.map(({ upn, password }) => `    ${upn.padEnd(34)} ${password}`).join("\n")}`;
}

function readOptions(): { json?: boolean; keep?: boolean; help?: boolean } {
  try {
    return parseArgs({
      options: {
        json: { type: "boolean" },
        keep: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    process.exit(2);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}

if (options.help) {
  say(usage);
} else {
  let interrupted = false;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      interrupted = true;
      // With a result (--keep), the result counts.
      void stop().finally(() => process.exit(process.exitCode ?? code));
    });
  }
  process.once("exit", endAll);
  try {
    await demo();
  } catch (error) {
    if (!interrupted) {
      process.stderr.write(
        `demo: ${error instanceof Error ? error.message : String(error)}\nLogs are in .siu/demo/logs\n`,
      );
      process.exitCode = 1;
    }
  }
  await stop();
}
