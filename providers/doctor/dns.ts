import { Resolver as Dns } from "node:dns/promises";
import { isIP } from "node:net";
import { Fault } from "../exchange/errors.ts";
import type { Resolver } from "./spf.ts";

/** DNS by the system's own servers, or by these (`address` or `address:port`). */
export function openDns(servers?: readonly string[]): Resolver {
  const dns = new Dns({ timeout: 3_000, tries: 2 });
  if (servers) dns.setServers(servers);
  const ask = async <T>(name: string, records: (name: string) => Promise<T[]>): Promise<T[]> => {
    try {
      return await records(name);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (code === "ENOTFOUND" || code === "ENODATA") return [];
      throw new Fault(
        "UNAVAILABLE",
        `DNS does not answer about ${name} (${code}). Name a server that does: --resolver <address>.`,
        { cause: error },
      );
    }
  };
  return {
    texts: async (name) => (await ask(name, (each) => dns.resolveTxt(each))).map((parts) => parts.join("")),
    addresses: async (name) =>
      isIP(name) === 0
        ? (
            await Promise.all([
              ask(name, (each) => dns.resolve4(each)),
              ask(name, (each) => dns.resolve6(each)),
            ])
          ).flat()
        : [name],
    exchangers: async (name) =>
      (await ask(name, (each) => dns.resolveMx(each))).map(({ exchange }) => exchange),
  };
}
