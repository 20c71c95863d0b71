/** Reads what tests check of a page: its shell commands, its links, its sections and its tables. It never renders. */

/** A command as it stands in a ```sh block, with the exit code that its comment states (`# exit 5: …`), else 0. */
export type PageCommand = Readonly<{ page: string; line: number; text: string; exit: number }>;

const FENCE = /^```(\w*)\s*$/;
const STATED_EXIT = /\s#.*\bexit (\d)\b/;

/** A command whose line goes on. */
type Begun = Readonly<{ line: number; text: string }>;

/** Every command of every ```sh block, in the order of the page; a line that ends in a backslash goes on in the next. */
export const shellCommands = (page: string, text: string): readonly PageCommand[] => {
  const commands: PageCommand[] = [];
  let language: string | null = null;
  let begun: Begun | null = null;
  for (const [index, raw] of text.split('\n').entries()) {
    const fence = FENCE.exec(raw);
    if (fence !== null) language = language === null ? fence[1]! : null;
    if (fence !== null || language !== 'sh') continue;
    const start: Begun = begun ?? { line: index + 1, text: '' };
    const whole: string = `${start.text}${raw.trim()}`;
    begun = whole.endsWith('\\') ? { line: start.line, text: whole.slice(0, -1) } : null;
    if (begun !== null || whole === '' || whole.startsWith('#')) continue;
    commands.push({ page, line: start.line, text: whole, exit: Number(STATED_EXIT.exec(whole)?.[1] ?? 0) });
  }
  return commands;
};

/** Targets of links to files, without those that lead to the web or stay on the page. */
export const fileLinks = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)].map(match => match[1]!).filter(target => !/^[a-z]+:/.test(target));

/** Sections under headings of that depth, by heading without its backticks; a section ends at the next heading as high. */
export const sections = (text: string, depth: number): ReadonlyMap<string, string> => {
  const heading = new RegExp(`^#{1,${depth}} `);
  const found = new Map<string, string>();
  let name: string | null = null;
  for (const line of text.split('\n')) {
    if (heading.test(line)) name = line.startsWith(`${'#'.repeat(depth)} `) ? line.slice(depth + 1).replaceAll('`', '') : null;
    else if (name !== null) found.set(name, `${found.get(name) ?? ''}${line}\n`);
  }
  return found;
};

/** The cells of every table row, heads and rulers included; `\|` is a bar in a cell. */
export const tableRows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter(line => line.startsWith('|'))
    .map(line => line.slice(1, line.lastIndexOf('|')).split(/(?<!\\)\|/).map(cell => cell.trim().replaceAll('\\|', '|')));
