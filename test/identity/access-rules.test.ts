import { expect, test } from '@jest/globals';
import { requireAllowed } from '../../src/identity/access-rules.js';

const url = '/api/v3/projects/77b6a44cba5143ab91d13ab9a8ff44fd/clusters/1df09f9a/clustercert';
const rule = { service: 'ccev2.0', method: 'GET', path: '/api/v3/projects/*/clusters/{cluster_id}/clustercert' };
const request = { method: 'GET', url };

test.each([
  ['no rules', undefined],
  ['a rule with segments that may be any', [rule]],
  ['a rule for all below', [{ ...rule, path: '/api/v3/**' }]],
  ['a rule to the letter, of the service without its version', [{ ...rule, service: 'cce', path: url }]],
  ['one rule of several', [{ ...rule, method: 'POST' }, rule]],
])('%s lets a request through, whatever its query', (_name, rules) => {
  expect(() => requireAllowed(rules, request)).not.toThrow();
  expect(() => requireAllowed(rules, { ...request, url: `${url}?detail=true` })).not.toThrow();
});

test.each([
  ['an empty list', []],
  ['another service', [{ ...rule, service: 'compute' }]],
  ['another method', [{ ...rule, method: 'POST' }]],
  ['a part of the path', [{ ...rule, path: '/api/v3/projects' }]],
  ['one segment where there are several', [{ ...rule, path: '/api/v3/*' }]],
  ['a path whose letters are no pattern', [{ ...rule, path: url.replace('api', 'a.i') }]],
  ['a rule that could not be read', [{ service: '', method: '', path: '' }]],
])('%s lets nothing through', (_name, rules) => {
  expect(() => requireAllowed(rules, request)).toThrow(/access rules/);
});
