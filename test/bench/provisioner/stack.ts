/** How many rules a stack is to have: with people's addresses in them, and with a group of the stack's own each. */
export interface Rules {
  people: number;
  groups: number;
}

/** Resources that a rule brings: itself and the count of its senders, with a group that too. */
export const each: Rules = { people: 2, groups: 3 };

/** The text of stacks/demo.yaml with so many rules, each for another one of these people, instead of its own; pure. */
export function withRules(rules: Rules, people: readonly string[]): (text: string) => string {
  const scopes = Array.from({ length: rules.people + rules.groups }, (_each, index) => {
    const person = people[index % people.length] ?? "";
    const group = `managedGroup: { address: signed-${index}@contoso.com, members: [${person}] }`;
    return `  s${index}: { ${index < rules.people ? `people: [${person}]` : group} }`;
  });
  const list = scopes.map(
    (_each, index) => `  - { preset: signatures, name: Rule ${index}, scope: s${index} }`,
  );
  const sections = ["senderScopes:", ...scopes, "transportRules:", ...list, "intake:"].join("\n");
  return (text) => text.replace(/^senderScopes:[^]*^intake:/m, () => sections);
}
