import * as pulumi from "@pulumi/pulumi";
import type { Parameters } from "./exchange/port.ts";
import type { Inputs } from "./state.ts";

/**
 * The one shell of all resources. Pulumi stores this object's code in state, and runs the stored code for refresh and delete: so the
 * methods hold nothing but a path that never changes, from the working directory, which is stacks/ (as a URL, which Windows needs).
 */
const shell: pulumi.dynamic.ResourceProvider = {
  configure: async (request) =>
    (await import(`file://${process.cwd()}/../providers/entry.ts`)).configure(request),
  check: async (olds, news) =>
    (await import(`file://${process.cwd()}/../providers/entry.ts`)).check(olds, news),
  diff: async (id, olds, news) =>
    (await import(`file://${process.cwd()}/../providers/entry.ts`)).diff(id, olds, news),
  create: async (news) => (await import(`file://${process.cwd()}/../providers/entry.ts`)).create(news),
  read: async (id, olds) => (await import(`file://${process.cwd()}/../providers/entry.ts`)).read(id, olds),
  update: async (id, olds, news) =>
    (await import(`file://${process.cwd()}/../providers/entry.ts`)).update(id, olds, news),
  delete: async (id, olds) =>
    (await import(`file://${process.cwd()}/../providers/entry.ts`)).remove(id, olds),
};

/** Inputs of which one may come from another resource. */
type Wish = Omit<Inputs, "before"> & { before?: pulumi.Output<Parameters | undefined> };

/** One object of Exchange, or one prerequisite, in the stack. */
export class ExchangeObject extends pulumi.dynamic.Resource {
  // Declared only: a class field would overwrite the output that Pulumi sets.
  declare readonly password: pulumi.Output<string | undefined>;
  declare readonly former: pulumi.Output<Parameters | undefined>;

  constructor(name: string, inputs: Wish, options: pulumi.CustomResourceOptions) {
    const outputs = { observed: undefined, marked: undefined, former: undefined, password: undefined };
    const secrets = { ...options, additionalSecretOutputs: ["password"] };
    super(shell, name, { ...outputs, ...inputs }, secrets, "exchange", inputs.kind);
  }
}
