import type { Flag, Tree } from "./tree.ts";

/** A completion script for PowerShell 5.1 or newer, to be dot-sourced or kept in `$PROFILE`. Pure. */
export function powershellScript({ commands, flags }: Tree, stacks: string): string {
  return `# PowerShell completion of siu, made by: siu completion powershell
Register-ArgumentCompleter -Native -CommandName siu -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = ${table(commands.flatMap(({ names, text }) => names.map((name) => [name, quoted(text)])))}
  $options = ${table(commands.flatMap(({ names, flags: own }) => names.map((name) => [name, table(texts(own))])))}
  $choices = ${table(
    commands.flatMap(({ names, flags: own }) =>
      own
        .filter(({ hasValue }) => hasValue)
        .flatMap((flag) =>
          names.flatMap((command) => flag.names.map((name) => [`${command} ${name}`, list(flag.values)])),
        ),
    ),
  )}
  $first = ${table(commands.filter(({ values }) => values.length > 0).flatMap(({ names, values }) => names.map((name) => [name, list(values)])))}
  $stacked = ${list(commands.filter(({ takesStack }) => takesStack).flatMap(({ names }) => names))}
  $general = ${table(texts(flags))}

  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
  $command = $before[1]
  $found = if ($before.Count -le 1) {
    if ($wordToComplete -like '-*') { $general } else { $commands }
  } elseif ($choices.ContainsKey("$command $($before[-1])")) {
    $choices["$command $($before[-1])"]
  } elseif ($wordToComplete -like '-*') {
    $options[$command]
  } elseif ($before.Count -eq 2 -and $first.ContainsKey($command)) {
    $first[$command]
  } elseif ($before.Count -eq 2 -and $stacked -contains $command) {
    Get-ChildItem -LiteralPath ${quoted(stacks)} -Filter *.yaml | Where-Object { $_.Name -notlike 'Pulumi.*' } | ForEach-Object { $_.BaseName }
  }
  $names = if ($found -is [hashtable]) { $found.Keys } else { $found }
  $names | Where-Object { $_ -like "$wordToComplete*" } | Sort-Object | ForEach-Object {
    $text = if ($found -is [hashtable] -and $found[$_]) { $found[$_] } else { $_ }
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $text)
  }
}
`;
}

function texts(flags: readonly Flag[]): string[][] {
  const known = new Map(
    flags.flatMap(({ names, text }) => names.map((name) => [name, quoted(text)] as const)),
  );
  return [...known].map(([name, text]) => [name, text]);
}

function table(entries: readonly string[][]): string {
  return `@{${entries.map(([key = "", value]) => ` ${quoted(key)} = ${value}`).join(";")} }`;
}

function list(values: readonly string[]): string {
  return `@(${values.map(quoted).join(", ")})`;
}

/** Text as PowerShell writes it between single quotes, of which it knows typographic ones too. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['‘’‚‛]/g, "$&$&")}'`;
}
