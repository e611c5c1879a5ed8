import type { ClientRequest } from "node:http";
import { request } from "node:https";
import util from "node:util";
import { gunzipSync } from "node:zlib";
import {
  ConnectingIdType,
  ExchangeService,
  ExchangeVersion,
  ImpersonatedUserId,
  Uri,
  WebCredentials,
  type IXHRApi,
  type IXHROptions,
  type IXHRProgress,
} from "ews-javascript-api";
import type { EwsTest } from "./client.ts";

type Response = Awaited<ReturnType<IXHRApi["xhr"]>>;
// The library still calls what Node 23 took out of its util module.
Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });

/** ews-javascript-api, signed in as somebody, perhaps in the name of somebody else. */
export function connect(ews: EwsTest, user: string, impersonated?: string): ExchangeService {
  const connected = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
  connected.Url = new Uri(ews.url);
  connected.XHRApi = transport(ews.organization.authority.ca);
  connected.Credentials = new WebCredentials(user, ews.recipient(user).password ?? "");
  if (impersonated)
    connected.ImpersonatedUserId = new ImpersonatedUserId(ConnectingIdType.SmtpAddress, impersonated);
  return connected;
}

/** The library's transport over TLS that trusts the organization's authority only. */
function transport(ca: string): IXHRApi {
  let open: ClientRequest | undefined;
  const ask = (options: IXHROptions, hear?: (text: string) => void): Promise<Response> => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const how = { method: options.type ?? "POST", headers: { ...options.headers }, ca };
    open = request(options.url, how, (response) => {
      const chunks: Buffer[] = [];
      const decoder = new TextDecoder();
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        hear?.(decoder.decode(chunk, { stream: true }));
      });
      response.on("error", reject);
      response.on("end", () => {
        const content = Buffer.concat(chunks);
        const packed = response.headers["content-encoding"] === "gzip";
        const responseText = (packed ? gunzipSync(content) : content).toString("utf8");
        const status = response.statusCode ?? 0;
        const answer = {
          status,
          responseText,
          getAllResponseHeaders: () => "",
          getResponseHeader: () => null,
        } as unknown as Response;
        if (status === 200) resolve(answer);
        else reject(answer as unknown as Error);
      });
    });
    open.on("error", reject).end(options.data);
    return promise;
  };
  return {
    xhr: (options) => ask(options),
    xhrStream: async (options, progress) => {
      const tell = (told: Partial<IXHRProgress>): void => progress(told as IXHRProgress);
      const result = await ask(options, (data) => tell({ type: "data", data }));
      tell({ type: "end" });
      return result;
    },
    disconnect: () => void open?.destroy(),
    apiName: "test",
  };
}
