/** The completion of tb as a script for zsh. Made of the program's own lexicon, with its descriptions beside the words. */
import { commandsCase, placesCase, quoted, runsFunction, WALK } from './case-table.ts';
import type { KnownCommand } from './lexicon.ts';

const escaped = (text: string): string => text.replaceAll(':', '\\:');

/** `word:description` lists of options and of commands below, by command. */
const described = (commands: readonly KnownCommand[]): string => {
  const saidOf = (path: string): string => escaped(commands.find(command => command.path === path)?.description ?? '');
  const lines = commands.map(({ path, options, below }) => {
    const flags = options.map(({ flag, description }) => quoted(`${flag}:${escaped(description)}`)).join(' ');
    const commandsBelow = below.map(name => quoted(`${name}:${saidOf(path === '' ? name : `${path} ${name}`)}`)).join(' ');
    return `    ${quoted(path)}) _tb_said_flags=(${flags}) _tb_said_below=(${commandsBelow}) ;;`;
  });
  return `  case "$1" in\n${lines.join('\n')}\n  esac`;
};

/** `program` is the command that lists runs. */
export const zshScript = (commands: readonly KnownCommand[], program: readonly string[]): string => `#compdef tb
# Completion of tb for zsh.
_tb_at() {
  _tb_flags='' _tb_valued='' _tb_below=''
${commandsCase(commands)}
}
_tb_place() {
  _tb_words='' _tb_runs='' _tb_paths=''
${placesCase(commands)}
}
_tb_describe() {
  _tb_said_flags=() _tb_said_below=()
${described(commands)}
}
${WALK}
${runsFunction(program)}
_tb() {
  local _tb_flags _tb_valued _tb_below _tb_words _tb_runs _tb_paths _tb_command _tb_waits _tb_operands _tb_store
  local -a _tb_said_flags _tb_said_below
  local current=\${words[CURRENT]}
  _tb_walk "\${(@)words[2,CURRENT-1]}"
  _tb_describe "$_tb_command"
  if [[ $current == --*=* ]]; then
    _tb_waits=\${current%%=*}
    compset -P '*='
  fi
  if [[ -n $_tb_waits ]]; then
    _tb_place "$_tb_command $_tb_waits"
  elif [[ $current == -* ]]; then
    _tb_place ''
    _describe -o 'option' _tb_said_flags
    return
  else
    _tb_place "$_tb_command $_tb_operands"
    (( _tb_operands == 0 )) && _describe 'command' _tb_said_below
  fi
  [[ -n $_tb_runs ]] && compadd -- \${(f)"$(_tb_list_runs)"}
  [[ -n $_tb_words ]] && compadd -- \${(s: :)_tb_words}
  [[ -n $_tb_paths ]] && _files
  return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _tb "$@"; else compdef _tb tb; fi
`;
