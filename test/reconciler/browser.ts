import {
  accessSync,
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
} from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";
import axe, { type AxeResults } from "axe-core";
import { type Browser, type Page, chromium } from "playwright-core";

/** Why no browser can be had here, or undefined. */
export const noBrowser: string | undefined = browserOf()
  ? undefined
  : "no Chromium: npm carries one for Linux on x64; elsewhere name one in SIU_BROWSER or have it on the PATH";

/** A real browser without a window. */
export async function openBrowser(): Promise<Browser> {
  const found = browserOf();
  if (found === undefined) throw new Error(noBrowser);
  const executablePath = found.packed === undefined ? found.file : await unpacked(found.packed, found.file);
  // As root Chromium has no sandbox; the pages are the daemon's own.
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** What axe-core (WCAG 2 A and AA, and its best practices) objects to on a page: rule and place. */
export async function objections(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

function browserOf(): { file: string; packed?: string } | undefined {
  const named = process.env["SIU_BROWSER"];
  if (named) return { file: named };
  const carrier = path.resolve(createRequire(import.meta.url).resolve("@sparticuz/chromium"), "../..");
  const packed = path.join(carrier, "bin", "chromium.br");
  if (process.platform === "linux" && process.arch === "x64" && existsSync(packed)) {
    const folder = fileURLToPath(new URL("../../node_modules/.cache/siu/", import.meta.url));
    const { version } = JSON.parse(readFileSync(path.join(carrier, "package.json"), "utf8")) as {
      version: string;
    };
    return { packed, file: path.join(folder, `chromium-${version}`) };
  }
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const places = (process.env["PATH"] ?? "").split(path.delimiter);
  const file = places.flatMap((place) => names.map((name) => path.join(place, name))).find(runs);
  return file === undefined ? undefined : { file };
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Unpacks it once for all runs; several at the same time do no harm. */
async function unpacked(packed: string, file: string): Promise<string> {
  if (existsSync(file)) return file;
  await mkdir(path.dirname(file), { recursive: true });
  const half = `${file}.${process.pid}`;
  await pipeline(
    createReadStream(packed),
    createBrotliDecompress(),
    createWriteStream(half, { mode: 0o755 }),
  );
  await rename(half, file);
  return file;
}
