// PEM as Go reads it: the same blocks as encoding/pem, in time that grows with the length.
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readPem } from '../../src/verify/pem.js';
import { go, testWith } from '../support/programs.js';

const content = Buffer.from('a certificate, or what stands for one in a test of its wrapping').toString('base64');
const lines = `${content.slice(0, 64)}\n${content.slice(64)}`;
const block = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;

/** The kinds of change that people and tools make to PEM. */
const changed: Record<string, string> = {
  'as it is': block,
  'no line end at the end': block.trimEnd(),
  'CR LF': block.replaceAll('\n', '\r\n'),
  'CR alone': block.replaceAll('\n', '\r'),
  'byte order mark': `\u00EF\u00BB\u00BF${block}`,
  'blank lines before': `\n\n${block}`,
  'text before': `Certificate:\n    Data:\n${block}`,
  'text before on the same line': `x ${block}`,
  'marker lines indented': block.replaceAll('-----BEGIN', '  -----BEGIN').replaceAll('-----END', '  -----END'),
  'END indented': block.replace('-----END', ' -----END'),
  'content indented': block.replace('\n', '\n   ').replaceAll('\t', ''),
  'blanks at line ends': block.replaceAll('\n', ' \t\n'),
  'a header': block.replace('-----\n', '-----\nName: value\n\n'),
  'a header without a blank line': block.replace('-----\n', '-----\nName: value\n'),
  'a header alone': '-----BEGIN CERTIFICATE-----\nName: value\n-----END CERTIFICATE-----\n',
  'another label at the end': block.replace('END CERT', 'END X CERT'),
  'four hyphens': block.replace('BEGIN CERTIFICATE-----', 'BEGIN CERTIFICATE----'),
  'four hyphens at the end': block.replace('END CERTIFICATE-----', 'END CERTIFICATE----'),
  'text after END': block.replace('END CERTIFICATE-----', 'END CERTIFICATE----- x'),
  'a BEGIN line twice': `-----BEGIN CERTIFICATE-----\n${block}`,
  'a cut block before': `${block.slice(0, 60)}\n${block}`,
  'a block without END': block.slice(0, 80),
  'an END line before': `\n-----END CERTIFICATE-----\n${block}`,
  'content that is not base64': block.replace(content.slice(3, 4), '*'),
  base64url: block.replace(content.slice(3, 5), '-_'),
  'padding in the middle': block.replace('\n', '\nQQ==\n'),
  'no content': '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
  'two blocks': block + block,
  'two blocks on one line end': block.trimEnd() + block,
  'a broken block between two': block + block.replace('END', 'FIN') + block,
  'form feed in it': block.replace(content.slice(5, 6), '\f'),
  nothing: '',
  'no PEM': 'hello',
};

describe('readPem', () => {
  test.each(Object.entries(changed))('names what is wrong where no block can be read: %s', (_, text) => {
    const { blocks, problem } = readPem(Buffer.from(text, 'latin1'));
    expect(blocks.length > 0 || problem !== undefined).toBe(true);
    expect(problem ?? '').not.toContain(content.slice(0, 20));
  });

  test.each([
    ['byte order mark', /byte order mark/],
    ['marker lines indented', /beginning of its line/],
    ['CR alone', /CR alone/],
    ['a header alone', /headers alone/],
  ])('says which: %s', (name, expected) => {
    expect(readPem(Buffer.from(changed[name] ?? '', 'latin1')).problem).toMatch(expected);
  });

  testWith(go, 'go')('reads the blocks that encoding/pem reads', () => {
    const names = Object.keys(changed);
    // Two changes at once, too.
    const texts = names.flatMap((one) => [changed[one], ...names.map((other) => `${changed[one]}${changed[other]}`)]);
    const input = JSON.stringify(texts.map((text = '') => Buffer.from(text, 'latin1').toString('base64')));
    const program = fileURLToPath(new URL('go/pem.go', import.meta.url));
    const { stdout, stderr } = spawnSync(go ?? '', ['run', program], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    const expected = JSON.parse(stdout) as unknown[];
    const read = texts.map((text = '') =>
      readPem(Buffer.from(text, 'latin1')).blocks.map(({ label, hasHeaders, der }) => ({
        label,
        hasHeaders,
        der: der.toString('hex'),
      })),
    );
    const different = texts.flatMap((text, i) =>
      JSON.stringify(read[i]) === JSON.stringify(expected[i]) ? [] : [{ text, go: expected[i], ours: read[i] }],
    );
    expect(different).toEqual([]);
  });

  test('takes time that grows with the length', () => {
    // If each line looked at all others, a million of them would not end within the time of a test.
    const text = `-----BEGIN CERTIFICATE-----\n${'A: b\n'.repeat(1_000_000)}-----END CERTIFICATE-----\n`;
    expect(readPem(Buffer.from(text))).toEqual(readPem(Buffer.from(text.replace(/(A: b\n)+/, 'A: b\n'))));
  });
});
