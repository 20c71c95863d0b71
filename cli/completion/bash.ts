/** The completion of tb as a script for bash. Made of the program's own lexicon, so that it knows what the program knows. */
import { commandsCase, placesCase, runsFunction, WALK } from './case-table.ts';
import type { KnownCommand } from './lexicon.ts';

/** `program` is the command that lists runs. */
export const bashScript = (commands: readonly KnownCommand[], program: readonly string[]): string => `# Completion of tb for bash.
_tb_at() {
  _tb_flags='' _tb_valued='' _tb_below=''
${commandsCase(commands)}
}
_tb_place() {
  _tb_words='' _tb_runs='' _tb_paths=''
${placesCase(commands)}
}
${WALK}
${runsFunction(program)}
_tb() {
  local _tb_flags _tb_valued _tb_below _tb_words _tb_runs _tb_paths _tb_command _tb_waits _tb_operands _tb_store
  local line=\${COMP_LINE:0:COMP_POINT} current='' shown reply
  local -a words
  # Split by spaces alone: bash also splits at the colons of an hour and at "=".
  read -ra words <<< "$line"
  case "$line" in *[[:space:]]) ;; *) current=\${words[\${#words[@]}-1]}; unset "words[\${#words[@]}-1]" ;; esac
  _tb_walk "\${words[@]:1}"
  case "$current" in
    --*=*) _tb_waits=\${current%%=*}; shown=\${current#*=} ;;
    *) shown=$current ;;
  esac
  COMPREPLY=()
  if [ -n "$_tb_waits" ]; then
    _tb_place "$_tb_command $_tb_waits"
  elif [[ $current == -* ]]; then
    _tb_place ''
    _tb_words=$_tb_flags
  else
    _tb_place "$_tb_command $_tb_operands"
    [ $_tb_operands -eq 0 ] && _tb_words="$_tb_words $_tb_below"
  fi
  [ -n "$_tb_runs" ] && _tb_words="$_tb_words $(_tb_list_runs)"
  while IFS= read -r reply; do [ -n "$reply" ] && COMPREPLY+=("$reply"); done < <(compgen -W "$_tb_words" -- "$shown")
  if [ -n "$_tb_paths" ]; then
    while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "$shown")
    compopt -o filenames 2>/dev/null
  fi
  # What stands before a colon is on the line already, for bash began its word behind it.
  case "$shown" in *:*) local before=\${shown%:*}: index; for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]=\${COMPREPLY[index]#"$before"}; done ;; esac
}
complete -F _tb tb
`;
