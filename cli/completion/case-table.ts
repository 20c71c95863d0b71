/** The lexicon as a `case` of a POSIX shell: what bash and zsh share. It decides which words fit a place; how they are shown is each shell's own. */
import type { KnownCommand, Takes } from './lexicon.ts';

/** Single quotes hold anything but themselves. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const found = ({ words, runs, paths }: Takes): string => `_tb_words=${quoted(words.join(' '))}${runs ? ' _tb_runs=1' : ''}${paths ? ' _tb_paths=1' : ''}`;

const isOpen = ({ words, runs, paths }: Takes): boolean => words.length === 0 && !runs && !paths;

/** Sets `_tb_words`, `_tb_runs` and `_tb_paths` by `COMMAND --option` and by `COMMAND NUMBER` for an operand; a last `*` stands for all that follow. */
export const placesCase = (commands: readonly KnownCommand[]): string => {
  const lines = commands.flatMap(({ path, options, operands, variadic }) => [
    ...options.flatMap(({ flag, takes }) => (takes === null || isOpen(takes) ? [] : [`    ${quoted(`${path} ${flag}`)}) ${found(takes)} ;;`])),
    ...operands.flatMap((takes, index) => (isOpen(takes) ? [] : [`    ${quoted(`${path} ${index}`)}${variadic && index === operands.length - 1 ? `|${quoted(`${path} `)}[0-9]*` : ''}) ${found(takes)} ;;`])),
  ]);
  return `  case "$1" in\n${lines.join('\n')}\n  esac`;
};

/** Sets `_tb_flags`, `_tb_valued` (flags that take a value) and `_tb_below` (commands below) by command. */
export const commandsCase = (commands: readonly KnownCommand[]): string => {
  const lines = commands.map(({ path, options, below }) => {
    const flags = options.map(({ flag }) => flag).join(' ');
    const valued = options.filter(({ takes }) => takes !== null).map(({ flag }) => flag).join(' ');
    return `    ${quoted(path)}) _tb_flags=${quoted(flags)} _tb_valued=${quoted(valued)} _tb_below=${quoted(below.join(' '))} ;;`;
  });
  return `  case "$1" in\n${lines.join('\n')}\n  esac`;
};

/**
 * Reads the words before the cursor, given as arguments: which command they name, which option waits for its value, how many operands came, and
 * which store is meant. It is the same walk that the program takes, without its checks.
 */
export const WALK = `_tb_walk() {
  local word
  _tb_command='' _tb_waits='' _tb_operands=0 _tb_store=''
  _tb_at ''
  for word in "$@"; do
    if [ -n "$_tb_waits" ]; then
      [ "$_tb_waits" = --store ] && _tb_store=$word
      _tb_waits=''
      continue
    fi
    case "$word" in
      --store=*) _tb_store=\${word#--store=} ;;
      --*=*) ;;
      --*) case " $_tb_valued --store " in *" $word "*) _tb_waits=$word ;; esac ;;
      *)
        case " $_tb_below " in
          *" $word "*)
            [ $_tb_operands -eq 0 ] && { _tb_command="\${_tb_command:+$_tb_command }$word"; _tb_at "$_tb_command"; } || _tb_operands=$((_tb_operands + 1)) ;;
          *) _tb_operands=$((_tb_operands + 1)) ;;
        esac ;;
    esac
  done
}`;

/** Names of runs come from the store itself, if its server answers; the program is named in full, for an alias is none to a script. */
export const runsFunction = (program: readonly string[]): string =>
  `_tb_list_runs() {\n  if [ -n "$_tb_store" ]; then ${program.map(quoted).join(' ')} --store "$_tb_store" completion runs 2>/dev/null; else ${program.map(quoted).join(' ')} completion runs 2>/dev/null; fi\n}`;
