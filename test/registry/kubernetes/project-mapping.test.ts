import { expect, test } from '@jest/globals';
import { mapLabels, mapNamespaces } from '../../../src/registry/kubernetes/project-mapping.js';

const projectId = '77b6a44cba5143ab91d13ab9a8ff44fd';

test.each([
  ['magnum-(.+)', `magnum-${projectId}`],
  ['^magnum-(.+)$', `magnum-${projectId}`],
  ['([0-9a-f]{32})-clusters', `${projectId}-clusters`],
  ['(.*)', projectId],
  ['p-((?:[0-9a-f])+)', `p-${projectId}`],
])('%s is the namespace %s', (pattern, namespace) => {
  const projects = mapNamespaces(pattern, '--project-namespace');
  expect(projects.scopeOf(projectId)).toEqual({ namespace });
  expect(projects.projectOf({ metadata: { namespace } })).toBe(projectId);
});

test.each([
  '',
  'magnum-',
  projectId,
  `other-${projectId}`,
  `magnum-${projectId}0`,
  `magnum-${projectId.toUpperCase()}`,
])('a cluster in the namespace %j belongs to no project', (namespace) => {
  const projects = mapNamespaces('magnum-(.+)', '--project-namespace');
  expect(projects.projectOf({ metadata: { namespace } })).toBeUndefined();
  expect(mapNamespaces('(.+)-0', '--project-namespace').projectOf({ metadata: { namespace } })).toBeUndefined();
});

test('text around the group is not taken twice', () => {
  const projects = mapNamespaces('abc(.+)bcd', '--project-namespace');
  expect(projects.projectOf({ metadata: { namespace: 'abcd' } })).toBeUndefined();
});

test('a label is the project where it can be one', () => {
  const projects = mapLabels('project', '--project-label');
  expect(projects.projectOf({ metadata: { labels: { project: projectId } } })).toBe(projectId);
  for (const labels of [{ project: 'shop' }, { other: projectId }, { project: 7 }, null])
    expect(projects.projectOf({ metadata: { labels } })).toBeUndefined();
});

test('a project that the group does not take has no namespace', () => {
  expect(mapNamespaces('magnum-([0-9]+)', '--project-namespace').scopeOf(projectId)).toBeUndefined();
});

test.each([['magnum-'], ['magnum-.+'], ['(a)(b)'], ['x-((a)b)'], ['a.*(.+)'], ['x-([)'], ['(?<id>.+)'], ['']])(
  'refuses %s, which does not say where the clusters of a project are',
  (pattern) => {
    expect(() => mapNamespaces(pattern, '--project-namespace')).toThrow(
      /^--project-namespace '.*' is not valid; it must/,
    );
  },
);

test('selects by a label, and refuses what cannot be the key of one', () => {
  expect(mapLabels('example.com/project-id', '--project-label').scopeOf(projectId)).toEqual({
    labelSelector: `example.com/project-id=${projectId}`,
  });
  for (const key of ['', 'a b', '-a', 'a/b/c', 'a=b', 'x,y'])
    expect(() => mapLabels(key, '--project-label')).toThrow('it must be the key of a label');
});
