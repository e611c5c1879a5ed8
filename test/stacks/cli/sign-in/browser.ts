import { signInAt, type Person } from "./person.ts";

/** A browser with somebody at it: the program that BROWSER names in tests. */
const [, , url = "", ca = "", person = ""] = process.argv;
await signInAt(url, ca, JSON.parse(person) as Person);
