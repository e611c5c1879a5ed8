import { describe, expect, test } from "vitest";
import { exempt } from "./house/exempt.ts";
import { files, read, sources, text, type Import, type Source } from "./house/source.ts";

const all = sources();
const product = all.filter(({ path }) => !path.startsWith("test/"));
const emulator = all.filter(({ path }) => path.startsWith("test/emulator/") && !path.endsWith(".test.ts"));
const paths = new Set(all.map(({ path }) => path));

/** Imports of `from` that no rule allows, as `file -> target`. */
function strangers(from: Source[], allowed: (one: Import, source: Source) => boolean): string[] {
  return from.flatMap((source) =>
    source.imports.filter((one) => !allowed(one, source)).map((one) => `${source.path} -> ${one.target}`),
  );
}

function room(name: string): Source[] {
  return product.filter(({ path }) => path.startsWith(`${name}/`));
}

describe("imports between rooms", () => {
  // These compose: a provider process or a command loads the stack's configuration, so that state holds no connection.
  const composers = ["entry", "world", "connect", "service-access"].map((name) => `providers/${name}.ts`);

  test.each(["providers", "reconciler"])(
    "%s imports itself, packages, ntlm, types of stacks/config",
    (name) => {
      const allowed = ({ local, target, typeOnly }: Import, { path }: Source): boolean =>
        !local ||
        target.startsWith(`${name}/`) ||
        target.startsWith("ntlm/") ||
        (target.startsWith("stacks/config/") && (typeOnly || composers.includes(path)));
      expect(strangers(room(name), allowed)).toEqual([]);
    },
  );

  test.each(["stacks/config", "ntlm"])("%s imports itself and packages", (name) => {
    const allowed = ({ local, target }: Import): boolean => !local || target.startsWith(`${name}/`);
    expect(strangers(room(name), allowed)).toEqual([]);
  });

  test("the product imports nothing of test", () => {
    expect(strangers(product, ({ target }) => !target.startsWith("test/"))).toEqual([]);
  });

  test("the emulator imports itself and packages, and never the product or Pulumi", () => {
    const allowed = ({ local, target }: Import): boolean =>
      local ? target.startsWith("test/emulator/") : !target.startsWith("@pulumi/");
    expect(strangers(emulator, allowed)).toEqual([]);
  });

  test("only the program, the resource shell and the deployment know Pulumi", () => {
    const knows = ["providers/resource.ts", "stacks/index.ts", "stacks/cli/deployment.ts"];
    const allowed = ({ target }: Import, { path }: Source): boolean =>
      !target.startsWith("@pulumi/") || knows.includes(path);
    expect(strangers(product, allowed)).toEqual([]);
  });

  test("nothing imports what composes: a main, a command, the resource shell and its entry", () => {
    const composes = /(^|\/)main\.ts$|^stacks\/cli\/|^providers\/(resource|entry)\.ts$/;
    const chain: Record<string, string> = {
      "stacks/index.ts": "providers/resource.ts",
      "providers/resource.ts": "providers/entry.ts",
    };
    const allowed = ({ target, typeOnly }: Import, { path }: Source): boolean =>
      !composes.test(target) ||
      typeOnly ||
      chain[path] === target ||
      (path.startsWith("stacks/cli/") && target.startsWith("stacks/cli/") && !target.endsWith("/main.ts"));
    expect(strangers(product, allowed)).toEqual([]);
  });

  test("one mailbox adapter never imports another", () => {
    const adapter = (path: string): string | undefined => /^reconciler\/mailbox\/(\w+)\//.exec(path)?.[1];
    const allowed = ({ target }: Import, { path }: Source): boolean =>
      !adapter(target) || !adapter(path) || adapter(target) === adapter(path);
    expect(strangers(product, allowed)).toEqual([]);
  });
});

describe("purity", () => {
  const pure =
    /^reconciler\/(plan|policy|match|stamp)\.ts$|^providers\/(delta|kind)\.ts$|^providers\/kinds\//;
  const impure = /^(process\.\w+|Date\.now|Math\.random|performance\.now|console\.\w+)$/;

  test("what decides reads no clock, environment or random source, and does no I/O", () => {
    const found = product
      .filter(({ path }) => pure.test(path))
      .flatMap(({ path, members, calls, imports }) => [
        ...[...members].filter((member) => impure.test(member)).map((member) => `${path}: ${member}`),
        ...[...calls]
          .filter((call) => /^(fetch|setTimeout|setInterval|Date\(\))$/.test(call))
          .map((call) => `${path}: ${call}`),
        ...imports
          .filter(
            ({ target }) =>
              target.startsWith("node:") && !/^node:(crypto|util|assert|buffer|url)$/.test(target),
          )
          .map(({ target }) => `${path}: ${target}`),
      ]);
    expect(found).toEqual([]);
  });

  test("the environment is read only where the program is composed", () => {
    const composed = /(^|\/)main\.ts$|^stacks\/(cli\/|index\.ts$)|^providers\/(entry|resource)\.ts$/;
    const found = [...product, ...emulator].filter(
      ({ path, members }) => members.has("process.env") && !composed.test(path),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

describe("form", () => {
  const generated = new Set(["stacks/config/types.ts"]);
  const small = /^providers\/kinds\/|^stacks\/cli\/[^/]+\.ts$|^test\/emulator\/(ews|admin)\/operations?\//;

  test("files stay small: kinds, operations and commands about 120 lines, others about 250, tests up to 400", () => {
    const limit = (path: string): number => (small.test(path) ? 140 : path.endsWith(".test.ts") ? 400 : 280);
    const found = all.filter(({ path, lines }) => !generated.has(path) && lines > limit(path));
    expect(found.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  test("no file or folder is a bag: utils, common, helpers", () => {
    expect(files(/(^|[/.-])(utils?|commons?|helpers?|misc|shared)([/.-]|$)/i)).toEqual([]);
  });

  test("nothing is exported as default", () => {
    expect(all.filter(({ defaultExport }) => defaultExport).map(({ path }) => path)).toEqual([]);
  });

  test("no key, token or literal password lies in a fixture or a stack", () => {
    const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;
    const literal = /^\s*(password|passphrase|secret|clientSecret|token)\s*:\s*(?!["']?\$\{)["']?[^\s"'#{]/im;
    const found = files(/\.\w+$/).filter((path) => {
      const content = text(path);
      return secret.test(content) || (/\.ya?ml$/.test(path) && literal.test(content));
    });
    expect(found).toEqual([]);
  });
});

describe("tests mirror the source", () => {
  /** A test of the file itself, or of a folder that it lies in. */
  function mirrored(path: string): boolean {
    for (
      let stem = path.replace(/\.\w+$/, "");
      stem.includes("/");
      stem = stem.slice(0, stem.lastIndexOf("/"))
    ) {
      if (paths.has(`test/${stem}.test.ts`)) return true;
    }
    return false;
  }

  const untested = product.map(({ path }) => path).filter((path) => !mirrored(path));
  const excused = (path: string): boolean =>
    Object.keys(exempt).some((key) => (key.endsWith("/") ? path.startsWith(key) : path === key));

  test("every file of the product has a mirrored test, or a reason not to", () => {
    expect(untested.filter((path) => !excused(path))).toEqual([]);
  });

  test("no reason outlives its file or the lack of a test", () => {
    expect(Object.keys(exempt).filter((key) => !untested.some((path) => path.startsWith(key)))).toEqual([]);
  });
});

describe("CONTRIBUTING", () => {
  const guide = text("CONTRIBUTING.md");

  test("shows the example of a kind as it is", () => {
    expect(guide).toContain(text("providers/kinds/inbound-connector.ts"));
  });

  test("explains every rule of the linter that is off", () => {
    const { rules } = JSON.parse(text(".oxlintrc.json")) as { rules: Record<string, unknown> };
    const off = Object.keys(rules).filter((rule) => rules[rule] === "off");
    expect(off.filter((rule) => !guide.includes(`\`${rule}\``))).toEqual([]);
  });
});

describe("the parser behind these rules", () => {
  test("tells every form of import, and which are erased", () => {
    const { imports } = read(
      "providers/kinds/a.ts",
      `import type { A } from "../kind.ts"; import { type B } from "./b.ts"; export * from "./c.ts";
       type D = import("./d.ts").D; const e = await import("./e.ts"); import "node:fs";`,
    );
    expect(imports.map(({ target, typeOnly }) => [target, typeOnly])).toEqual([
      ["providers/kind.ts", true],
      ["providers/kinds/b.ts", false],
      ["providers/kinds/c.ts", false],
      ["providers/kinds/d.ts", true],
      ["providers/kinds/e.ts", false],
      ["node:fs", false],
    ]);
  });

  test("sees default exports, members and calls", () => {
    const source = read(
      "a.ts",
      `export default 1; process.env["X"]; Date.now(); new Date(); new Date(1); fetch("x");`,
    );
    expect(source.defaultExport).toBe(true);
    expect([...source.members]).toEqual(["process.env", "Date.now"]);
    expect([...source.calls]).toEqual(["Date()", "fetch"]);
    expect(read("a.ts", `const a = 1; export { a as default };`).defaultExport).toBe(true);
  });
});
