import { Agent, buildConnector, request } from "undici";
import type { Organization } from "../../organization.ts";

/** What an endpoint of a client answered, or why it did not. */
export type Posted = { status: number; type: string; text: string } | { failed: "timeout" | "unreachable" };

/** The clients' own servers, which notifications are sent to. Only those on this computer are contacted. */
export interface Endpoints {
  /** Why a URL cannot be used, in Graph's words; undefined when it can. */
  refusal: (url: string) => string | undefined;
  /** Waits for an answer so many milliseconds at most. */
  post: (url: string, type: string, body: string, patience: number) => Promise<Posted>;
  /** Breaks off what is under way. */
  close: () => Promise<void>;
}

export interface EndpointOptions {
  /** Plain HTTP is accepted too. */
  insecure?: boolean;
  /** Certificates of any authority are accepted; only the organization's own unless told. */
  anyCertificate?: boolean;
}

const longestAnswer = 4096;

export function createEndpoints(
  { authority, hosts, after }: Pick<Organization, "authority" | "hosts" | "after">,
  { insecure = false, anyCertificate = false }: EndpointOptions = {},
): Endpoints {
  const connect = buildConnector({ ca: authority.ca, rejectUnauthorized: !anyCertificate });
  const agent = new Agent({
    connect: (target, done) => {
      const [hostname = "", port = ""] = (hosts.get(target.hostname.toLowerCase()) ?? "").split(/:(?=\d+$)/);
      const stand = hostname === "" ? {} : { hostname, port, servername: target.hostname };
      connect({ ...target, ...stand }, done);
    },
  });
  const running = new Set<AbortController>();
  return {
    refusal: (text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url || !/^https?:$/.test(url.protocol)) return `The notification URL '${text}' is not valid.`;
      if (url.protocol !== "https:" && !insecure) return "The notification URL has to use the https scheme.";
      const stand = hosts.get(url.hostname.toLowerCase());
      const place = stand?.replace(/:\d+$/, "") ?? url.hostname;
      return isLoopback(place)
        ? undefined
        : `Subscription validation request failed. The remote name could not be resolved: '${url.hostname}'`;
    },
    post: async (url, type, body, patience) => {
      const controller = new AbortController();
      running.add(controller);
      let late = false;
      const callOff = after(patience, () => {
        late = true;
        controller.abort();
      });
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: "POST",
          headers: { "Content-Type": type, "User-Agent": "Microsoft Graph Change Notifications" },
          body,
          signal: controller.signal,
        });
        const { statusCode: status, headers } = answer;
        return {
          status,
          type: String(headers["content-type"] ?? ""),
          text: (await answer.body.text()).slice(0, longestAnswer),
        };
      } catch {
        // A client that breaks off, refuses or has a wrong certificate is as good as none; the outbox tries again.
        return { failed: late ? "timeout" : "unreachable" };
      } finally {
        callOff();
        running.delete(controller);
      }
    },
    close: async () => {
      for (const controller of running) controller.abort();
      await agent.destroy();
    },
  };
}

function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|\[?::1\]?|(?:.+\.)?localhost)$/i.test(host);
}
