import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { request } from "node:https";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anna, codes, soap, startEws, type EwsTest } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { folderXml } from "./requests.ts";

const good = getFoldersXml(folderXml(), "Default");
const document = soap(good);
const nested = (depth: number): string => soap(`${"<m:a>".repeat(depth)}${"</m:a>".repeat(depth)}`);
const entities = (declarations: string, use: string): string =>
  document.replace("?>", `?><!DOCTYPE soap:Envelope [${declarations}]>`).replace("Default", use);
const laughs = Array.from({ length: 12 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
const utf16 = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

const lives = async (): Promise<void> => expect(codes(await ews.ask(good))).toEqual(["NoError"]);

describe("a hostile document gets the protocol's error, and the server lives on", () => {
  test.each<[string, string | Buffer]>([
    ["entities that expand", entities(`<!ENTITY l0 "lol">${laughs}`, "&l12;")],
    ["an external entity", entities('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")],
    [
      "an external parameter entity",
      entities('<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;', "Default"),
    ],
    ["257 levels", nested(257)],
    ["5,000 levels", nested(5_000)],
    ["2,000,000 levels", nested(2_000_000)],
    ["2,000,000 levels never closed", "<a>".repeat(2_000_000)],
    ["a million elements", soap(`<m:GetItem>${"<m:a/>".repeat(1_000_000)}</m:GetItem>`)],
    ["an attribute without end", soap(`<m:GetItem a="${"x".repeat(1_000_000)}`)],
    ["a comment without end", soap(`<!--${"-".repeat(1_000_000)}`)],
    ["character data without end", soap(`<![CDATA[${"x".repeat(1_000_000)}`)],
    [
      "a hundred thousand attributes",
      soap(`<m:GetItem ${Array.from({ length: 100_000 }, (_, n) => `a${n}=""`).join(" ")}/>`),
    ],
    ["a forbidden character", document.replace("Default", "Def&#0;ault")],
    ["bytes that are no UTF-8", Buffer.from(document.replace("Default", "Def\u00e4ult"), "latin1")],
    ["an encoding that is not known", document.replace("utf-8", "ebcdic-cp-us")],
    ["an encoding that is not supported", document.replace("utf-8", "iso-8859-1")],
    ["UTF-16 without its mark", Buffer.from(document, "utf16le")],
    ["half a character at its end", Buffer.concat([utf16(document), Buffer.from([0x20])])],
    ["nothing", ""],
    ["binary", Buffer.from(Array.from({ length: 4096 }, (_, n) => (n * 31) % 256))],
  ])("%s", async (_, hostile) => {
    const answered = await ews.raw(hostile);
    expect(answered.status).toBe(500);
    expect(codes(answered)).toEqual(["ErrorSchemaValidation"]);
    expect(answered.text.length).toBeLessThan(3_000);
    expect(answered.text).not.toContain("root:");
    await lives();
  });

  test("UTF-16 with its mark, or with its media type, is a document like any other", async () => {
    const declared = document.replace("utf-8", "utf-16");
    expect(codes(await ews.raw(utf16(declared)))).toEqual(["NoError"]);
    const big = Buffer.from(declared, "utf16le").swap16();
    expect(codes(await ews.raw(big, { type: "text/xml; charset=utf-16BE" }))).toEqual(["NoError"]);
  });

  test("a media type in another encoding is refused by HTTP", async () => {
    expect((await ews.raw(document, { type: "text/xml; charset=iso-8859-1" })).status).toBe(415);
    await lives();
  });
});

describe("a process that is sent more than it takes", () => {
  let child: ChildProcess;
  let ready: { ews: string; ca: string; users: { upn: string; password: string }[] };
  beforeAll(async () => {
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    child = spawn(process.execPath, [main, "--on-premises", "--json"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface(child.stdout as never), "line")) as [string];
    ready = JSON.parse(line) as typeof ready;
  });
  afterAll(async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  });

  /** Sends pieces until all are sent or the server has answered; its status, or why the connection broke. */
  function send(pieces: Iterable<string | Buffer>): Promise<number | string> {
    const { promise, resolve } = Promise.withResolvers<number | string>();
    const password = ready.users.find(({ upn }) => upn === anna)?.password ?? "";
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      Authorization: `Basic ${Buffer.from(`${anna}:${password}`).toString("base64")}`,
    };
    const sent = request(
      ready.ews,
      { method: "POST", ca: readFileSync(ready.ca), headers, agent: false },
      (response) => {
        response.resume().on("close", () => resolve(response.statusCode ?? 0));
        sent.destroy();
      },
    );
    sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        if (sent.destroyed) return;
        if (!sent.write(piece)) await Promise.race([once(sent, "drain"), promise]);
      }
      sent.end();
    };
    void write();
    return promise;
  }
  function* mebibytes(count: number): Generator<string | Buffer> {
    yield document.slice(0, document.indexOf("Default"));
    for (let n = 0; n < count; n += 1) yield Buffer.alloc(1024 * 1024, "x");
    yield document.slice(document.indexOf("Default"));
  }
  /** Mebibytes of the process in memory. */
  const memory = (): number =>
    Number(spawnSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" }).stdout) / 1024;

  test("answers 413 to 100 MB and more, keeps little of it, and works on", async () => {
    for (const size of [100, 300])
      expect([413, "EPIPE", "ECONNRESET"]).toContain(await send(mebibytes(size)));
    for (const hostile of [nested(2_000_000), soap(`<m:GetItem>${"<m:a/>".repeat(1_000_000)}</m:GetItem>`)])
      expect(await send([hostile])).toBe(500);
    expect(await send([document])).toBe(200);
    expect(memory()).toBeGreaterThan(20);
    expect(memory()).toBeLessThan(900);
  });
});
