import { describe, expect, test } from '@jest/globals';
import { bodyOf } from '../../src/verify/strict-json.js';

const parse = (text: string) => bodyOf({ body: Buffer.from(text) });

describe('a JSON text is read:', () => {
  test.each([
    '{}',
    '[]',
    'null',
    '"x"',
    '{"a":"\\":","b":[{"c":1},{"c":2}]}',
    '{"a" :1,\t"b":{"a":1}}',
    '{"":1," ":2}',
  ])('%s', (text) => expect(parse(text)).toEqual({ value: JSON.parse(text) as unknown }));
});

describe('a member that stands twice in one object is named, however it is written:', () => {
  test.each([
    ['{"a":1,"a":2}', '"a"'],
    ['[{"a":{"b":1,"c":[],"b":2}}]', '"b"'],
    ['{"\\u0061":1,\t"a" :2}', '"a"'],
    ['{"__proto__":1,"__proto__":2}', '"__proto__"'],
    ['{"a":"\\\\","a":1}', '"a"'],
  ])('%s', (text, name) => expect(parse(text)).toEqual({ problem: `the member ${name} twice in one object` }));
});

test.each([
  ['', 'an empty body'],
  ['{"a":1,}', 'text that is not JSON'],
  ['\uFEFF{}', 'a byte order mark before the JSON text'],
  ['['.repeat(10_000) + ']'.repeat(10_000), 'more than 100 levels of nesting'],
])('%.20s is not read', (text, problem) => expect(parse(text)).toEqual({ problem }));

test('bytes that are not UTF-8 are not read', () => {
  expect(bodyOf({ body: Buffer.from([0x22, 0xff, 0x22]) })).toEqual({ problem: 'bytes that are not UTF-8' });
});
