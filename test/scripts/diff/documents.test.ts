// scripts/diff/README.md has the real rules, and every rule of a change has its row.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { makeDocument } from '../../../scripts/diff/document/document.js';
import { compareContracts } from '../../../scripts/diff/message/compare-contracts.js';
import { listRules, shortRulesTable } from '../../../scripts/diff/verdict/rule-list.js';
import { allCases } from '../../generators/oasdiff/cases.js';

test('the table of rules in the document is the one that the rules give', () => {
  expect(readFileSync('scripts/diff/README.md', 'utf8').split('\n## Rules\n')[1]).toContain(
    `\n\n${shortRulesTable()}\n`,
  );
});

test('an ID stands for one rule', () => {
  const ids = listRules().map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every rule of an edit is in the list', () => {
  const ids = new Set(listRules().map(({ id }) => id));
  const found = allCases().flatMap(({ old, now }) =>
    compareContracts(makeDocument('old', structuredClone(old)), makeDocument('new', structuredClone(now))).map(
      ({ rule }) => rule,
    ),
  );
  expect([...new Set(found)].filter((rule) => !ids.has(rule))).toEqual([]);
});
