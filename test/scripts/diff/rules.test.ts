// Every row of the rules is reached by an edit, there and back; each edit gives its rows and no others.
import { describe, expect, test } from '@jest/globals';
import { compareContracts } from '../../../scripts/diff/message/compare-contracts.js';
import { makeDocument } from '../../../scripts/diff/document/document.js';
import { rules } from '../../../scripts/diff/verdict/rules.js';
import { type Edit, callback, operation, query, rows } from './edits.js';
import { contract } from './widgets.js';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment --
   edits reach deep into an untyped document */

function compare(before: Edit, edit: Edit, way: 'there' | 'back') {
  const [old, now] = [contract(), contract()];
  for (const document of [old, now]) before(document);
  edit(now);
  const documents = [makeDocument('old', old), makeDocument('new', now)] as const;
  const [from, to] = way === 'there' ? documents : [documents[1], documents[0]];
  return compareContracts(from, to);
}

describe.each(Object.entries(rows))('%s', (_name, [there, back, edit, before = () => undefined]) => {
  test(`comes as ${there.join(', ')}`, () => {
    expect(
      compare(before, edit, 'there')
        .map(({ rule }) => rule)
        .sort(),
    ).toEqual(there);
  });
  test(`goes as ${back?.join(', ') ?? ''}`, () => {
    expect(
      compare(before, edit, 'back')
        .map(({ rule }) => rule)
        .sort(),
    ).toEqual(back);
  });
});

test('every row has its edit', () => {
  const reached = Object.values(rows).flatMap(([there, back]) => [...there, ...(back ?? [])]);
  expect(Object.keys(rules).filter((rule) => !reached.includes(rule))).toEqual([]);
});

test('a change carries the verdict of its row, and its place', () => {
  const [change] = compare(
    () => undefined,
    (d) => (query(d, 1).required = true),
    'there',
  );
  expect(change).toMatchObject({
    rule: 'parameter-became-required',
    path: '#/paths/~1widgets~1{id}/put/parameters/1/required',
    uses: ['putWidget'],
    breaks: { 'sending clients': rules['parameter-became-required']['sending clients'].why },
    mayBreak: {},
  });
});

test('in a callback the provider calls, so that victims change places', () => {
  const withBody = (d: any, required: boolean) => {
    operation(d).callbacks = structuredClone(callback);
    const item = operation(d).callbacks.onDone['{$request.body#/url}'];
    item.post.requestBody = {
      required: true,
      content: {
        'application/json': { schema: { type: 'object', required: required ? ['at'] : [], properties: { at: {} } } },
      },
    };
  };
  const [change] = compare(
    (d) => withBody(d, true),
    (d) => withBody(d, false),
    'there',
  );
  expect(change).toMatchObject({
    rule: 'response-field-became-optional',
    breaks: { 'reading clients': expect.anything() },
  });
});
