import { Agent, request } from "undici";

/** Who sits at a browser, and what they do on the login's pages. */
export interface Person {
  login: string;
  passwd: string;
  /** What their authenticator shows. */
  otc?: string;
  /** The code of a program on another device. */
  userCode?: string;
  cancels?: boolean;
}

/** Opens a page of the login and fills in what it asks for, until it asks for nothing; answers the last page, that of a redirect included. */
export async function signInAt(url: string, ca: string, person: Person): Promise<string> {
  const dispatcher = new Agent({ connect: { ca } });
  const { login, passwd, otc = "", userCode = "", cancels } = person;
  const fields: Record<string, string> = { login, passwd, otc, otc_device: userCode };
  try {
    let { headers, body } = await request(url, { dispatcher });
    for (let pages = 0; pages < 5; pages += 1) {
      const location = headers["location"];
      if (typeof location === "string") return await (await request(location)).body.text();
      const text = await body.text();
      const inputs = [...text.matchAll(/<input( type="hidden")? ?name="(\w+)"(?:[^>]*value="([^"]*)")?/g)];
      if (inputs.length === 0) return text;
      const form = new URLSearchParams(
        inputs.map(([, hidden, name = "", value = ""]): [string, string] => [
          name,
          hidden ? value : (fields[name] ?? ""),
        ]),
      );
      if (cancels && (userCode === "" || form.has("otc_device"))) form.set("cancel", "1");
      ({ headers, body } = await request(url, {
        method: "POST",
        dispatcher,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: form.toString(),
      }));
    }
    throw new Error(`The login asks again and again: ${await body.text()}`);
  } finally {
    await dispatcher.close();
  }
}
