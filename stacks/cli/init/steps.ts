import type { Step, Topic } from "./step.ts";
import { account } from "./steps/account.ts";
import { connection } from "./steps/connection.ts";
import { intake } from "./steps/intake.ts";
import { mailFlow } from "./steps/mail-flow.ts";
import { organization } from "./steps/organization.ts";
import { senders } from "./steps/senders.ts";
import { settings } from "./steps/settings.ts";

/** Every question of the wizard, in its order: a question depends on answers before it only. */
export const topics: readonly Topic[] = [
  organization,
  connection,
  account,
  senders,
  mailFlow,
  intake,
  settings,
];

/** The same without their headings. */
export const steps: readonly Step[] = topics.flatMap((topic) => topic.steps);
