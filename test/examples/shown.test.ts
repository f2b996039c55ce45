// The developer's guide shows the examples as they are. `npm run tables` copies them there.
import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { isUpdate } from '../support/written-part.js';

const guide = 'src/client/README.md';

test.each(['get-kubeconfig.ts', 'fetch-stub.ts', 'own-provider.ts', 'jest.test.cjs'])(
  '%s is shown as it is',
  (file) => {
    const text = readFileSync(guide, 'utf8');
    const code = readFileSync(`test/examples/${file}`, 'utf8');
    const [first = ''] = code.split('\n');
    const blocks = [...text.matchAll(/(?<=^```\w+\n)[^]*?(?=^```$)/gm)].map(([block]) => block);
    const shown = blocks.filter((block) => block.startsWith(`${first}\n`));
    expect(shown).toHaveLength(1);
    if (isUpdate)
      writeFileSync(
        guide,
        text.replace(shown[0] ?? '', () => code),
      );
    else
      expect({ 'copied by': 'npm run tables', shown: shown[0] }).toEqual({
        'copied by': 'npm run tables',
        shown: code,
      });
  },
);
