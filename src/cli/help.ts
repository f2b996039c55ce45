// Help texts, made from the rows of the options and at most 100 columns wide.
import type { Command } from './command.js';
import type { Option } from './options.js';

const width = 100;
const column = 26;

/** The whole help of a command. */
export function commandHelp(name: string, command: Command): string {
  const { positionals = [], options, about = [], notes = [], examples } = command;
  const told = positionals.flatMap(({ name: word, help }) => (help === undefined ? [] : helpLines(word, help)));
  const rows = Object.entries(options).flatMap(([option, row]) => helpLines(written(option, row), describe(row)));
  const paragraphs = [
    fold(usageLine(name, command), '  '),
    ...about.map((paragraph) => fold(paragraph)),
    [...told, ...rows].join('\n'),
    ...notes.map((paragraph) => fold(paragraph)),
    [examples.length === 1 ? 'Example:' : 'Examples:', ...examples.map(exampleLines)].join('\n'),
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')}\n`;
}

function usageLine(name: string, { positionals = [], options }: Command): string {
  const words = positionals.map(({ name: word, mayMiss }) => (mayMiss === true ? `[${word}]` : word));
  const rows = Object.entries(options);
  const needed = rows.filter(([, row]) => row.required).map(([option, row]) => written(option, row));
  const rest = rows.length > needed.length ? ['[options]'] : [];
  return ['Usage: clustercert', name, ...words, ...needed, ...rest].join(' ');
}

/** How an option is written: `--project ID`, `--merge[=FILE]`, `--json`. */
export function written(name: string, { placeholder, valueMayMiss }: Option<unknown>): string {
  if (placeholder === undefined) return `--${name}`;
  return valueMayMiss ? `--${name}[=${placeholder}]` : `--${name} ${placeholder}`;
}

/**
 * What an option does, with its default and its variable.
 * @internal The documents list the options with it.
 */
export function describe({ help, default: value, variable }: Option<unknown>): string {
  const facts = [...(value === undefined ? [] : [`default: ${value}`]), ...(variable === undefined ? [] : [variable])];
  return facts.length === 0 ? help : `${help} (${facts.join('; ')})`;
}

/** A left part and its help beside it, or below it where the left part is wide. */
export function helpLines(left: string, help: string): string[] {
  const lines = help.split('\n').flatMap((line) => foldLine(line, width - column));
  const head = `  ${left}`;
  const indented = lines.map((line) => ' '.repeat(column) + line);
  if (head.length >= column) return [head, ...indented];
  return [head.padEnd(column) + (lines[0] ?? ''), ...indented.slice(1)];
}

/** Text in lines of at most 100 columns; continuation lines begin with `indent`. */
export function fold(text: string, indent = ''): string {
  return text
    .split('\n')
    .flatMap((line) => foldLine(line, width, indent))
    .join('\n');
}

/** A line keeps its own indentation, and its words stay whole. */
function foldLine(line: string, most: number, indent = ''): string[] {
  const [, lead = '', rest = ''] = /^( *)(.*)$/s.exec(line) ?? [];
  const lines: string[] = [];
  let current = '';
  for (const word of rest.split(' ')) {
    const room = most - lead.length - (lines.length === 0 ? 0 : indent.length);
    if (current !== '' && current.length + 1 + word.length > room) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current].map((part, index) => lead + (index === 0 ? '' : indent) + part);
}

/** Breaks long command lines as a shell allows it. */
export function exampleLines(example: string): string {
  const lines: string[] = [];
  let current = '  clustercert';
  for (const part of example.split(/ (?=--)/)) {
    if (current.length + 1 + part.length > width - 2) {
      lines.push(`${current} \\`);
      current = `    ${part}`;
    } else current = `${current} ${part}`;
  }
  return [...lines, current].join('\n');
}
