import { fileURLToPath } from "node:url";
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { stepOf, type Operation, type Step } from "./deployment/step.ts";
import { installation, withPrograms } from "./pulumi-process.ts";
import { ready } from "./ready.ts";
import { isLeftOver, lockedText, locksOf } from "./state.ts";
import { terminal, toUnlock } from "./unlock.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a deployment tells while it runs. */
export type Heard =
  | { readonly is: "begins" | "done" | "failed"; readonly step: Step }
  | { readonly is: "says"; readonly severity: "info" | "warning" | "error"; readonly text: string };

/** A run of Pulumi's engine that did not end well; what went wrong was told as `says`, or is the message. */
export class DeploymentFailed extends Error {}

/** What one may do with a stack's state: the same as with Pulumi's own commands. */
export interface Deployment {
  /** What `apply` would do; changes nothing in Exchange. @throws DeploymentFailed */
  plan: (hear: (heard: Heard) => void) => Promise<void>;
  /** @throws DeploymentFailed */
  apply: (hear: (heard: Heard) => void) => Promise<void>;
  planDestroy: (hear: (heard: Heard) => void) => Promise<void>;
  /** @throws DeploymentFailed */
  destroy: (hear: (heard: Heard) => void) => Promise<void>;
}

/**
 * A stack by Pulumi's Automation API, after its file was checked; it is made when it does not exist. `yes` asks nobody about a lock that a
 * killed run left. `signal` ends a run in order.
 * @throws ConfigError | UnresolvedReferences | Error before anything is made
 */
export async function openDeployment(
  name: string,
  { parallel, yes, signal }: { parallel: number; yes: boolean; signal: AbortSignal },
): Promise<Deployment> {
  const environment = await ready(name, true);
  const stack = await select(name, environment);
  if (await toUnlock(locksOf(environment, name), name, yes ? undefined : terminal())) await stack.cancel();

  const run =
    (command: "preview" | "up" | "previewDestroy" | "destroy", refresh: boolean) =>
    async (hear: (heard: Heard) => void): Promise<void> => {
      let why = false;
      let said = "";
      const onEvent = (event: EngineEvent): void => {
        for (const heard of heardIn(event)) {
          why ||= heard.is === "says" && heard.severity === "error";
          hear(heard);
        }
      };
      const onError = (text: string): void => void (said += text);
      try {
        await stack[command]({ refresh, parallel, signal, onEvent, onError, color: "never" });
      } catch (cause) {
        const locks = locksOf(environment, name);
        // Pulumi dies on a signal that comes in its first moments, and leaves its lock.
        if (locks.length > 0 && locks.every(isLeftOver)) await stack.cancel();
        else if (locks.length > 0) said += lockedText(name);
        const reason = why ? "It did not end well; the reason is above." : said.trim() || String(cause);
        throw new DeploymentFailed(reason, { cause });
      }
    };
  const removal =
    (command: "previewDestroy" | "destroy"): Deployment["destroy"] =>
    async (hear) => {
      const { deployment } = await stack.exportStack();
      const lost = halfMade(deployment as Checkpoint);
      if (lost.length > 0)
        throw new DeploymentFailed(
          `A run was killed while it made ${lost.join(", ")}. What Exchange has of it, the state does not know, and it would be left behind. Run \`siu apply ${name}\`, which takes it up, and then destroy.`,
        );
      await run(command, false)(hear);
    };
  return {
    plan: run("preview", true),
    apply: run("up", true),
    planDestroy: removal("previewDestroy"),
    destroy: removal("destroy"),
  };
}

/** The part of an exported state that tells what a killed run was about. */
export interface Checkpoint {
  resources?: readonly { urn: string }[];
  /** Pulumi keeps one for good, also when a later run made the resource after all. */
  pending_operations?: readonly { type: string; resource: { urn: string } }[];
}

/** Names of resources that a killed run was making, and no later one has made. Pure. */
export function halfMade({ resources = [], pending_operations: pending = [] }: Checkpoint): string[] {
  const made = new Set(resources.map(({ urn }) => urn));
  const lost = pending.filter(({ type, resource }) => type === "creating" && !made.has(resource.urn));
  return [...new Set(lost.map(({ resource }) => resource.urn.split("::").at(-1) ?? resource.urn))];
}

async function select(stackName: string, environment: NodeJS.ProcessEnv): Promise<Stack> {
  const pulumiCommand = await PulumiCommand.get({ root: installation(), skipVersionCheck: true }).catch(
    (cause: unknown) => {
      throw new Error("The Pulumi CLI is missing. Run: npm run setup", { cause });
    },
  );
  const given = Object.entries(withPrograms(environment)).filter(([, value]) => value !== undefined);
  const envVars = Object.fromEntries(given) as Record<string, string>;
  return LocalWorkspace.createOrSelectStack({ stackName, workDir: root }, { pulumiCommand, envVars });
}

/** What an event of the engine means to somebody who does not know Pulumi. Pure. */
export function heardIn(event: EngineEvent): Heard[] {
  const {
    resourcePreEvent: begins,
    resOutputsEvent: done,
    resOpFailedEvent: failed,
    diagnosticEvent: said,
  } = event;
  const about = (is: "begins" | "done" | "failed", metadata: unknown): Heard[] => {
    const step = stepOf(metadata as Operation);
    return step ? [{ is, step }] : [];
  };
  if (begins) return about("begins", begins.metadata);
  if (done) return about("done", done.metadata);
  if (failed) return about("failed", failed.metadata);
  if (!said || (said.severity as string) === "debug") return [];
  const text = said.message.replaceAll(/<\{%.*?%\}>/g, "").trim();
  return text === ""
    ? []
    : [{ is: "says", severity: said.severity === "info#err" ? "info" : said.severity, text }];
}
