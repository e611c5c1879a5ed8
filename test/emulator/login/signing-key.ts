import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Organization } from "../organization.ts";
import type { Store } from "../store.ts";

/** The login's key pair with its name. */
export interface SigningKey {
  id: string;
  private: KeyObject;
  public: KeyObject;
}

const generate = promisify(generateKeyPair);
const read = new WeakMap<Store, SigningKey>();
const coming = new WeakMap<Store, Promise<SigningKey>>();

/** The key that has signed tokens of this organization; undefined before the first one. */
export function knownSigningKey({ store }: Pick<Organization, "store">): SigningKey | undefined {
  const known = read.get(store);
  if (known || store.tokenKey === undefined) return known;
  const key = createPrivateKey(store.tokenKey);
  const pair = { id: nameOf(key), private: key, public: createPublicKey(key) };
  read.set(store, pair);
  return pair;
}

/** The key that signs tokens, RSA of 2,048 bits as Entra's; made when it is first needed, and on disk before it is used. */
export async function signingKey(organization: Organization): Promise<SigningKey> {
  const { store } = organization;
  const known = knownSigningKey(organization);
  if (known) return coming.get(store) ?? known;
  const making = coming.get(store) ?? make(organization);
  coming.set(store, making);
  return making;
}

async function make(organization: Organization): Promise<SigningKey> {
  const { privateKey } = await generate("rsa", { modulusLength: 2048 });
  organization.store.tokenKey = String(privateKey.export({ format: "pem", type: "pkcs8" }));
  await organization.flush();
  const made = knownSigningKey(organization);
  if (!made) throw new Error("The key that was made is not there.");
  return made;
}

/** In the form of a thumbprint, as Entra names its keys. */
function nameOf(key: KeyObject): string {
  const bytes = createPublicKey(key).export({ format: "der", type: "spki" });
  return createHash("sha1").update(bytes).digest("base64url");
}
