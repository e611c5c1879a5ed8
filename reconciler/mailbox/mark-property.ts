/**
 * Where the product's mark is kept on an item: a named string property of a property set of our own. Listings cut
 * strings off at 255 characters, so a mark is shorter than that.
 */
export const markProperty = {
  setId: "7c1f6a52-3e0b-4d8e-9a47-52b1c9d06f3a",
  name: "SentItemsUpdate",
} as const;
