import type { Flag, Tree } from "./tree.ts";

/** A completion script for bash 3.2 or newer, to be sourced; `stacks` is the folder of the stacks' files. Pure. */
export function bashScript({ commands, flags }: Tree, stacks: string): string {
  const names = commands.flatMap((each) => each.names);
  return `# bash completion of siu, made by: siu completion bash
_siu_stacks() {
  local file
  for file in ${quoted(stacks)}/*.yaml; do
    file=\${file##*/}
    case $file in Pulumi.*|'*.yaml') ;; *) printf '%s\\n' "\${file%.yaml}" ;; esac
  done
}
_siu() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted([...names, "help", ...namesOf(flags)].join(" "))}
  else
    case "$command $before" in
${commands.flatMap((each) => each.flags.filter(({ hasValue }) => hasValue).map((flag) => valueCase(each.names, flag))).join("\n")}
    esac
    case "$command:$word:$COMP_CWORD" in
${commands
  .flatMap(({ names: called, flags: own, takesStack, values }) => [
    `      ${called.map((name) => `${name}:-*`).join("|")}) words=${quoted(namesOf(own).join(" "))} ;;`,
    ...(takesStack
      ? [`      ${called.map((name) => `${name}:*:2`).join("|")}) words="$(_siu_stacks)" ;;`]
      : []),
    ...(values.length > 0
      ? [`      ${called.map((name) => `${name}:*:2`).join("|")}) words=${quoted(values.join(" "))} ;;`]
      : []),
  ])
  .join("\n")}
      help:*:2) words=${quoted(names.join(" "))} ;;
    esac
  fi
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$word")
}
complete -o bashdefault -o default -F _siu siu
`;
}

/** After an option with a list of values only these; after another one whatever the shell knows, such as files. */
function valueCase(called: readonly string[], { names, values }: Flag): string {
  const pattern = called.flatMap((command) => names.map((name) => `'${command} ${name}'`)).join("|");
  if (values.length === 0) return `      ${pattern}) return ;;`;
  return `      ${pattern}) COMPREPLY=($(compgen -W ${quoted(values.join(" "))} -- "$word")); return ;;`;
}

/** Text as one word of bash or zsh. Pure. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Every name of some options, each once. Pure. */
export function namesOf(flags: readonly Flag[]): string[] {
  return [...new Set(flags.flatMap(({ names }) => names))];
}
