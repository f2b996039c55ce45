// Measures `npm run diff` on public API descriptions from npm, and on nested unions made here.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './measured-process.js';
import { type Result, sumUp } from './results.js';

export interface DiffSettings {
  folder: string;
  rounds: number;
  /** Only shows that it works: nothing is fetched. */
  isSmoke: boolean;
}

interface Pair {
  readonly name: string;
  readonly old: string;
  readonly now: string;
  readonly seconds: number;
  readonly megabytes?: number;
}

export async function measureDiff({ folder, rounds, isSmoke }: DiffSettings): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, old, now, seconds, megabytes } of [...unions(folder), ...(isSmoke ? [] : descriptions(folder))]) {
    const args = ['--import', 'tsx/esm', 'scripts/diff.ts', old, now, '--fail-on', 'none'];
    const runs = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await runProgram({ args }, folder));
    const cpu = runs.map(({ cpuMs }) => cpuMs / 1000);
    const memory = runs.map(({ peakBytes }) => peakBytes / 1e6);
    results.push(sumUp(`diff: ${name}, CPU`, cpu, { unit: 's', goal: seconds }));
    if (megabytes !== undefined) results.push(sumUp(`diff: ${name}, memory`, memory, { unit: 'MB', goal: megabytes }));
  }
  return results;
}

/** Two versions of each; none if npm cannot fetch them. */
function descriptions(folder: string): Pair[] {
  const github = (version: string) => unpacked(folder, '@octokit/openapi', version, 'generated/api.github.com.json');
  const figma = (version: string) => unpacked(folder, '@figma/rest-api-spec', version, 'openapi/openapi.yaml');
  const [oldGithub, newGithub, oldFigma, newFigma] = [
    github('19.1.0'),
    github('23.0.0'),
    figma('0.20.0'),
    figma('0.43.0'),
  ];
  return [
    ...(oldGithub !== undefined && newGithub !== undefined
      ? [
          { name: 'GitHub, 13 MB', old: oldGithub, now: newGithub, seconds: 15, megabytes: 700 },
          { name: 'GitHub with itself', old: newGithub, now: newGithub, seconds: 2, megabytes: 700 },
        ]
      : []),
    ...(oldFigma !== undefined && newFigma !== undefined
      ? [
          { name: 'Figma, 0.4 MB', old: oldFigma, now: newFigma, seconds: 3 },
          { name: 'Figma with itself', old: newFigma, now: newFigma, seconds: 2 },
        ]
      : []),
  ];
}

function unpacked(folder: string, name: string, version: string, file: string): string | undefined {
  const place = path.join(folder, `${name.replace(/\W/g, '-')}-${version}`);
  mkdirSync(place, { recursive: true });
  try {
    execFileSync('npm', ['pack', '--silent', `${name}@${version}`], {
      cwd: place,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    execFileSync('sh', ['-c', `tar -xzf *.tgz package/${file}`], { cwd: place });
  } catch {
    console.error(`not measured: ${name}@${version}, which npm does not bring`);
    return undefined;
  }
  const found = path.join(place, 'package', file);
  return existsSync(found) ? found : undefined;
}

/** Levels of alternatives, each of which holds all of the next level. */
function unions(folder: string): Pair[] {
  const [old, now] = (['string', 'integer'] as const).map((leaf) => {
    const file = path.join(folder, `unions-${leaf}.json`);
    writeFileSync(file, JSON.stringify(nested(4, 4, leaf)));
    return file;
  });
  return [{ name: '4 levels of 4 alternatives', old: old ?? '', now: now ?? '', seconds: 3 }];
}

function nested(levels: number, width: number, leaf: string): object {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  const ref = (level: number) => ({ $ref: `#/components/schemas/U${level}` });
  const alternative = (level: number, index: number) => ({
    type: 'object',
    properties: {
      type: { type: 'string', enum: [`t${index}`] },
      child: level + 1 < levels ? ref(level + 1) : { type: index === 0 ? leaf : 'string' },
    },
  });
  const schemas = numbers(levels).map((level) => [
    `U${level}`,
    { oneOf: numbers(width).map((index) => alternative(level, index)) },
  ]);
  const content = { 'application/json': { schema: ref(0) } };
  const post = { operationId: 'send', requestBody: { content }, responses: {} };
  return { openapi: '3.0.3', paths: { '/': { post } }, components: { schemas: Object.fromEntries(schemas) as object } };
}
