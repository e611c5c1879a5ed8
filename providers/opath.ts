/** `Property -eq 'value'` of a recipient filter (OPATH), quotes doubled. */
export function equals(property: string, value: string): string {
  return `${property} -eq '${value.replaceAll("'", "''")}'`;
}

/** One of several clauses, in parentheses; there has to be at least one. */
export function anyOf(clauses: readonly string[]): string {
  return clauses.length === 1 ? (clauses[0] ?? "") : `(${clauses.join(" -or ")})`;
}

/**
 * A recipient filter in normal form: Exchange adds parentheses, changes letter case and quotes when it stores one.
 * Clauses of one -and or -or are sorted. A text that is no filter is only freed of case and spaces. Pure.
 */
export function normalFilter(text: string): string {
  const tokens = text.match(/'(?:[^']|'')*'|"[^"]*"|[()]|[^\s()'"]+/g) ?? [];
  let at = 0;
  const word = (): string => (tokens[at] ?? "").toLowerCase();

  const chain = (operator: string, operand: () => string): string => {
    const parts = [operand()];
    while (word() === operator) {
      at += 1;
      parts.push(operand());
    }
    // (a -or b) -or c is a -or b -or c.
    const flat = parts.flatMap(
      (part) =>
        (part.startsWith(`{${operator} `)
          ? JSON.parse(part.slice(operator.length + 2, -1))
          : part) as string[],
    );
    return flat.length === 1
      ? (flat[0] ?? "")
      : `{${operator} ${JSON.stringify([...new Set(flat)].toSorted())}}`;
  };
  const either = (): string => chain("-or", both);
  const both = (): string => chain("-and", single);
  const single = (): string => {
    if (word() === "-not" || word() === "!") {
      at += 1;
      return `not ${single()}`;
    }
    if (word() === "(") {
      at += 1;
      const inner = either();
      if (word() !== ")") throw new SyntaxError("unbalanced");
      at += 1;
      return inner;
    }
    const [property, operator, value] = tokens.slice(at, at + 3);
    if (property === undefined || value === undefined || !operator?.startsWith("-"))
      throw new SyntaxError("clause");
    at += 3;
    const bare = value.replaceAll(/^['"]|['"]$/g, "").replaceAll("''", "'");
    return `${property} ${operator} ${bare}`.toLowerCase();
  };

  try {
    const whole = either();
    if (at === tokens.length) return whole;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return tokens.join(" ").toLowerCase();
}
