// All checks before a change goes in, one step after the other; CI runs the same. A step that cannot run on a machine
// reports that and counts as skipped, never as passed.
import { spawnSync } from 'node:child_process';
import { checkPackage } from './check/package.js';
import { NotRun, run } from './check/run.js';

const steps: Record<string, () => void> = {
  'the contract is valid': () => run('npx', 'redocly', 'lint', '--extends=recommended-strict', 'spec/openapi.yaml'),
  'generated/ is fresh': () => run('npm', 'run', '--silent', 'generate', '--', '--check'),
  'the version fits the contract': checkVersion,
  'the code compiles': () => run('npx', 'tsc', '--noEmit'),
  'nothing is unused': () => run('npm', 'run', '--silent', 'unused'),
  'lint, rooms, format': () => run('npm', 'run', '--silent', 'lint'),
  tests: () => run('npm', 'test'),
  'commands as processes': () => run('npm', 'run', '--silent', 'test:processes'),
  'the packed package works': checkPackage,
  'no known vulnerability': audit,
};

function checkVersion(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'release:check'], { encoding: 'utf8' });
  process.stdout.write(stdout + stderr);
  if (status === 3) throw new NotRun(stderr.trim().replace(/^error: /, ''));
  if (status !== 0) throw new Error('npm run release:check refuses it');
}

function audit(): void {
  const { status, stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
  if (status === 0) return;
  const { error, message } = JSON.parse(stdout) as { error?: unknown; message?: string };
  if (error !== undefined || message !== undefined) throw new NotRun('the registry does not answer audits');
  throw new Error(stdout);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
for (const [name, step] of Object.entries(steps)) {
  console.log(`\n== ${name}`);
  try {
    step();
    counts.passed += 1;
    lines.push(`passed   ${name}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const outcome = error instanceof NotRun ? 'skipped' : 'failed';
    counts[outcome] += 1;
    lines.push(`${outcome === 'skipped' ? 'not run ' : 'FAILED  '} ${name}: ${message}`);
  }
}
console.log(
  `\n${lines.join('\n')}\n\nchecks: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
);
process.exitCode = counts.failed === 0 ? 0 : 1;
