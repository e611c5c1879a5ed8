import { namesOf, quoted } from "./bash.ts";
import type { Flag, Leaf, Tree } from "./tree.ts";

/** A completion script for zsh, to be sourced after `compinit` or kept as `_siu` in a folder of `fpath`. Pure. */
export function zshScript({ commands, flags }: Tree, stacks: string): string {
  return `#compdef siu
# zsh completion of siu, made by: siu completion zsh
_siu() {
  local -a list
  if (( CURRENT == 2 )); then
    if [[ $PREFIX == -* ]]; then
      list=(${described(flags)}); _describe option list
    else
      list=(${commands.flatMap(({ names, text }) => names.map((name) => entry(name, text))).join(" ")}); _describe command list
    fi
    return
  fi
  case "\${words[2]} \${words[CURRENT-1]}" in
${commands.flatMap(({ names, flags: own }) => own.filter(({ hasValue }) => hasValue).map((flag) => valueCase(names, flag))).join("\n")}
  esac
  if [[ $PREFIX == -* ]]; then
    case \${words[2]} in
${commands.map(({ names, flags: own }) => `      ${names.join("|")}) list=(${described(own)}); _describe option list ;;`).join("\n")}
    esac
  elif (( CURRENT == 3 )); then
    case \${words[2]} in
${commands.flatMap(firstArgument).join("\n")}
      *) _files ;;
    esac
  else
    _files
  fi
}
_siu_stacks() {
  local -a names
  names=(${quoted(stacks)}/*.yaml(N:t:r))
  compadd -- \${names:#Pulumi.*}
  _files -g '*.(yaml|yml)'
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _siu "$@"; else compdef _siu siu; fi
`;
}

function firstArgument({ names, takesStack, values }: Leaf): string[] {
  if (takesStack) return [`      ${names.join("|")}) _siu_stacks ;;`];
  return values.length > 0 ? [`      ${names.join("|")}) compadd -- ${values.join(" ")} ;;`] : [];
}

function valueCase(called: readonly string[], { names, values }: Flag): string {
  const pattern = called.flatMap((command) => names.map((name) => `'${command} ${name}'`)).join("|");
  return `    ${pattern}) ${values.length === 0 ? "_files" : `compadd -- ${values.join(" ")}`}; return ;;`;
}

function described(flags: readonly Flag[]): string {
  const texts = new Map(flags.flatMap(({ names, text }) => names.map((name) => [name, text])));
  return namesOf(flags)
    .map((name) => entry(name, texts.get(name) ?? ""))
    .join(" ");
}

/** `name:what it does`, in which a colon of the name would end it. */
function entry(name: string, text: string): string {
  return quoted(`${name.replaceAll(":", String.raw`\:`)}:${text}`);
}
