import { execFileSync } from "node:child_process";
import { mkdtemp, rm, rmdir, statfs, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createTransport } from "nodemailer";
import { expect, onTestFinished, test } from "vitest";
import { createOrganization } from "../emulator/organization.ts";
import { settings, stamped } from "./message.ts";
import { startDaemon } from "./process.ts";

/** A file system of its own of so many megabytes, or why there is none. */
async function smallDisk(megabytes: number): Promise<string | { none: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    await rmdir(folder);
    return { none: error instanceof Error ? error.message : String(error) };
  }
  onTestFinished(async () => {
    execFileSync("umount", [folder]);
    await rmdir(folder);
  });
  return folder;
}

test("on a full disk mail is put off, and readyz says why; with room again everything goes on", async ({
  skip,
}) => {
  const disk = await smallDisk(96);
  if (typeof disk !== "string")
    return skip(`no small disk can be mounted here (root on Linux can): ${disk.none}`);
  const { authority } = await createOrganization();
  const { key, cert } = await authority.issue(["siu.contoso.com"]);
  const daemon = await startDaemon(path.join(disk, "data"), {
    PORT: "0",
    PASSWORD: "unused",
    KEY: key,
    CERTIFICATE: cert,
  });
  onTestFinished(async () => {
    daemon.child.kill("SIGKILL");
    await daemon.ended;
  });
  const listen = {
    host: "127.0.0.1",
    port: "${env:PORT}",
    key: "${env:KEY}",
    certificate: "${env:CERTIFICATE}",
  };
  // Switched off, each message that comes in is recorded as skipped; that is all that is needed here.
  const body = settings({ status: "off", intake: { via: "relay", allow: ["127.0.0.1"], listen } });
  expect((await daemon.call("/settings", { method: "PUT", body: JSON.stringify(body) })).status).toBe(204);
  const { ports } = (await (await daemon.call("/status")).json()) as { ports: { smtp: number[] } };
  const bring = async (messageId: string, size: number): Promise<string> => {
    const transport = createTransport({ host: "127.0.0.1", port: ports.smtp[0], ignoreTLS: true });
    const raw = stamped({ messageId, html: `<p>${"x".repeat(size)}</p>` });
    return transport
      .sendMail({ envelope: { from: "anna.weber@contoso.com", to: "x@y.example" }, raw })
      .then(
        ({ response }) => response,
        (error: Error & { response?: string }) => error.response ?? String(error),
      )
      .finally(() => transport.close());
  };
  const unstored = async () =>
    (await (await daemon.call("/readyz")).text()).includes("Nothing can be stored");

  expect(await bring("<before@contoso.com>", 10)).toMatch(/^250/);
  expect(await unstored()).toBe(false);
  const filler = path.join(disk, "filler");
  const { bavail, bsize } = await statfs(disk);
  const filling = writeFile(filler, Buffer.alloc(bavail * bsize + 2 ** 20));
  await expect(filling).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await bring("<full@contoso.com>", 2_000_000)).toMatch(/^4\d\d /);
  expect(await unstored()).toBe(true);
  await rm(filler);
  expect(await unstored()).toBe(false);
  expect(await bring("<full@contoso.com>", 2_000_000)).toMatch(/^250/);
  const rows = await daemon.until((rows) =>
    ["<before@contoso.com>", "<full@contoso.com>"].every((id) => rows.get(id)?.done !== undefined),
  );
  expect([...rows.values()].map(({ outcome }) => outcome)).toEqual(["skipped", "skipped"]);
});
