// Programs of the machine that tests use where they are there. A test that lacks its program reports itself as not
// run, by name, and never as passed.
import { test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function runs(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The program, where it is there and runs with these arguments. */
export const programWith = (command: string, args: string[]) => (runs(command, args) ? command : undefined);

export const openssl = programWith('openssl', ['version']);

export const go = runs('go', ['version']) ? 'go' : undefined;

/** Go of the version by whose rules certificates are judged, which change now and then. */
export const go126 = /go1\.(2[6-9]|[3-9]\d)/.test(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout)
  ? 'go'
  : undefined;

/** Every kubectl to try: the one on the path, and those that CI unpacks beside the system (`KUBECTLS`, separated by colons). */
export const kubectls = [...new Set(['kubectl', ...(process.env['KUBECTLS'] ?? '').split(':')])].filter(
  (kubectl) =>
    kubectl !== '' && (kubectl === 'kubectl' || existsSync(kubectl)) && runs(kubectl, ['version', '--client']),
);

/** The minor version of a kubectl, such as 20 of 1.20. */
export function minorOf(kubectl: string): number {
  const { stdout } = spawnSync(kubectl, ['version', '--client', '--output', 'json'], { encoding: 'utf8' });
  return Number.parseInt((JSON.parse(stdout) as { clientVersion: { minor: string } }).clientVersion.minor);
}

/** The library that gives a process another time of day, where it works here. */
export const libfaketime = [
  process.env['LIBFAKETIME'] ?? '',
  ...['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`),
].find((file) => {
  if (!existsSync(file)) return false;
  const env = { LD_PRELOAD: file, FAKETIME: '-3000d', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const { stdout } = spawnSync(process.execPath, ['-p', 'Date.now()'], { env, encoding: 'utf8' });
  return Number(stdout) < Date.now() - 1e11;
});

/** `test` where the program is there; otherwise `test.skip`, and a line that says what was not run. */
export function testWith(program: string | undefined, name: string): typeof test | typeof test.skip {
  if (program !== undefined) return test;
  process.stderr.write(`NOT RUN: tests that need ${name}, which is not installed here\n`);
  return test.skip;
}
