// The command that prints a shell's completion. The scripts call the program itself (complete-words.ts), so that they
// always know its options.
import { defineCommand } from './command.js';
import { oneOf } from './readers.js';
import { completionScripts, shells } from './completion-scripts.js';

export const completion = defineCommand({
  summary: 'print the completion of a shell: commands, options, values, names of clusters',
  positionals: [{ name: 'SHELL', help: 'bash, zsh or fish', choices: shells }],
  options: {},
  about: [
    [
      'To have it in every shell:',
      "  bash  echo 'source <(clustercert completion bash)' >> ~/.bashrc",
      "  zsh   echo 'source <(clustercert completion zsh)' >> ~/.zshrc, after compinit",
      '  fish  clustercert completion fish > ~/.config/fish/completions/clustercert.fish',
    ].join('\n'),
    'Names of clusters come from the provider, where endpoint and credentials are known, in two seconds at most.',
  ],
  examples: ['completion bash'],
  run(_values, [shell = ''], io) {
    io.stdout.write(completionScripts[oneOf(shells)(shell, 'SHELL')]);
    return Promise.resolve(0);
  },
});
