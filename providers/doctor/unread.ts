import { expected } from "./expected.ts";

/** Reads something, or takes `nothing` for it where it cannot be read. @throws what is no failure of whoever was asked */
export type Or = <T>(nothing: T, what: string, read: () => Promise<T>) => Promise<T>;

/** A way of reading that remembers what could not be read, and why. */
export function remembering(): { or: Or; unread: string[] } {
  const unread: string[] = [];
  return {
    unread,
    or: async (nothing, what, read) => {
      try {
        return await read();
      } catch (error) {
        unread.push(`${what}: ${expected(error)}`);
        return nothing;
      }
    },
  };
}
