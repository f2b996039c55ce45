// The output of `clustercert __complete` and of kubectl_complete-clustercert, in the forms that the scripts and kubectl
// read.
import type { Io } from './command.js';
import { type Completion, completeWords } from './complete-words.js';

/** The words after `__complete`: the shell, then the command line without the program's name. */
export async function complete([shell = '', ...words]: readonly string[], io: Io): Promise<number> {
  if (shell === 'kubectl') {
    const completion = await completeWords(words, io);
    io.stdout.write(forKubectl(completion));
    return 0;
  }
  const isBash = shell === 'bash';
  const { kind, candidates } = await completeWords(isBash ? joined(words) : words, io);
  // bash replaces only the text behind the equals sign, and shows no descriptions.
  const lines = candidates.map(([word, what]) => (isBash ? word.replace(/^--[^=]+=(?=.)/, '') : `${word}\t${what}`));
  io.stdout.write([kind, ...lines].map((line) => `${line}\n`).join(''));
  return 0;
}

/** bash splits at the equals sign: `--format`, `=`, `json`. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = [];
  words.forEach((word, index) => {
    const last = whole.at(-1) ?? '';
    const goesOn = word === '=' ? last.startsWith('--') : words[index - 1] === '=' && last.endsWith('=');
    if (goesOn) whole.splice(-1, 1, last + word);
    else whole.push(word);
  });
  return whole;
}

// spf13/cobra's numbers for the actions of a shell, which kubectl passes on.
const directives = { words: 4, files: 0, folders: 16 };

function forKubectl({ kind, candidates }: Completion): string {
  return [...candidates.map(([word, what]) => (what === '' ? word : `${word}\t${what}`)), `:${directives[kind]}`]
    .map((line) => `${line}\n`)
    .join('');
}
