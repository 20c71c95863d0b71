/** The completion of tb as a script for fish. Made of the program's own lexicon, with its descriptions beside the words. */
import type { KnownCommand, Takes } from './lexicon.ts';

/** Fish knows two escapes between single quotes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const wordsOf = ({ words, runs }: Takes): string => {
  const listed = [words.join(' '), ...(runs ? ['(__tb_list_runs)'] : [])].filter(part => part !== '').join(' ');
  return listed === '' ? '' : ` -a ${listed.includes('(') ? `"${listed}"` : quoted(listed)}`;
};

const linesOf = ({ path, options, operands, below, variadic }: KnownCommand, descriptionOf: (path: string) => string): readonly string[] => {
  const here = (more = ''): string => `-n ${quoted(`__tb_is ${quoted(path).replaceAll("'", '"')}${more}`)}`;
  return [
    ...below.map(name => `complete -c tb ${here(' 0')} -f -a ${quoted(name)} -d ${quoted(descriptionOf(path === '' ? name : `${path} ${name}`))}`),
    ...options.map(({ flag, description, takes }) => {
      const value = takes === null ? '' : ` ${takes.paths ? '-r -F' : '-x'}${wordsOf(takes)}`;
      return `complete -c tb ${here()} -l ${flag.slice(2)}${value} -d ${quoted(description)}`;
    }),
    ...operands.map((takes, index) => `complete -c tb ${here(` ${index}${variadic && index === operands.length - 1 ? ' more' : ''}`)}${takes.paths ? ' -F' : ' -f'}${wordsOf(takes)}`),
  ];
};

const commandWords = (commands: readonly KnownCommand[]): string => commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path)).join(' ');

const valuedWords = (commands: readonly KnownCommand[]): string =>
  [...new Set(commands.flatMap(({ options }) => options.filter(({ takes }) => takes !== null).map(({ flag }) => flag)))].join(' ');

/** `program` is the command that lists runs. */
export const fishScript = (commands: readonly KnownCommand[], program: readonly string[]): string => `# Completion of tb for fish.
complete -c tb -e
complete -c tb -f
# True where the words before the cursor call this command; with a number, where so many operands came, or more.
function __tb_is
    set -l found ''
    set -l operands 0
    set -l waits 0
    for word in (commandline -opc)[2..]
        if test $waits -eq 1
            set waits 0
            continue
        end
        switch $word
            case '--*=*'
            case '--*'
                contains -- $word ${valuedWords(commands)}; and set waits 1
            case '*'
                set -l longer (string trim -- "$found $word")
                if test $operands -eq 0; and contains -- $longer ${commandWords(commands)}
                    set found $longer
                else
                    set operands (math $operands + 1)
                end
        end
    end
    test "$found" = "$argv[1]"; or return 1
    test (count $argv) -eq 1; and return 0
    test $operands -eq $argv[2]; or test (count $argv) -eq 3 -a $operands -ge $argv[2]
end
function __tb_list_runs
    set -l store
    set -l words (commandline -opc)
    for index in (seq (count $words))
        test "$words[$index]" = --store; and set store --store $words[(math $index + 1)]
    end
    ${program.map(quoted).join(' ')} $store completion runs 2>/dev/null
end
${commands.flatMap(command => linesOf(command, path => commands.find(one => one.path === path)?.description ?? '')).join('\n')}
`;
