// What YAML makes of a clouds.yaml.
import { type CredentialCase, block, scalar } from './credential-case.js';

export const yaml: Record<string, CredentialCase> = {
  'YAML: merge keys': block(`x-auth: &auth {auth_url: "{auth}", username: alice, password: secret, user_domain_name: D}
x-base: &base {region_name: eu-de}
clouds:
  c:
    <<: *base
    auth:
      <<: *auth
      project_id: p
`),
  'YAML: several merge keys, the first wins': block(`a: &a {auth_url: "{auth}", username: alice, password: one}
b: &b {password: two, user_domain_name: D}
clouds: {c: {region_name: eu-de, auth: {<<: [*a, *b], project_id: p}}}
`),
  'YAML: an alias as the whole of auth':
    block(`a: &a {auth_url: "{auth}", username: alice, password: one, user_domain_name: D, project_id: p}
clouds: {c: {region_name: eu-de, auth: *a}}
`),
  'YAML: a key twice': scalar('username', 'bob'),
  'YAML: a long number': scalar('password', '12345678901234567890'),
  'YAML: an ID of digits': scalar('project_id', '12345678901234567890123456789012'),
  'YAML: digits with an e': scalar('password', '12e34'),
  'YAML: a small number with an e': scalar('password', '1e5'),
  'YAML: a leading zero and an eight': scalar('password', '08'),
  'YAML: a number with a dot': scalar('password', '1.5'),
  'YAML: a quoted number': scalar('password', '"010"'),
  'YAML: a quoted yes': scalar('password', "'yes'"),
  'YAML: an octal number': {
    ...scalar('password', '010'),
    otherwise: { why: 'a password is what was typed; openstack sends 8', ours: 'goes through' },
  },
  'YAML: a date': {
    ...scalar('password', '2026-01-02'),
    otherwise: { why: 'a password is what was typed; openstack fails on a date', ours: 'goes through' },
  },
  'YAML: a number with underscores': {
    ...scalar('password', '1_000'),
    otherwise: { why: 'a password is what was typed; openstack sends 1000', ours: 'goes through' },
  },
  'YAML: a password of null': scalar('password', 'null'),
  'YAML: a folded text': scalar('password', '>-\n        se\n        cret'),
  'YAML: a literal text': scalar('password', '|-\n        secret'),
  'YAML: a hash in a word': scalar('password', 'a#b'),
  'YAML: a colon in a word': scalar('password', 'a:b'),
  'YAML: an exclamation mark before a word': scalar('password', '!S3cret'),
  'YAML: an asterisk before a word': scalar('password', '*S3cret'),
  'YAML: a tab before a key': block('clouds:\n\tc: {}\n'),
  'YAML: an empty file': block(''),
};
