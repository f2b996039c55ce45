// The destinations of a run's reports, and the file of accepted findings.
import { access, constants, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ClusterCertError, firstLine, quoted, systemErrorCode } from '../errors.js';
import { type Baseline, parseBaseline } from '../verify/baseline.js';
import type { Result } from '../verify/index.js';
import { type Reporter, report, reporters, summaryLine } from '../verify/report.js';
import type { Io } from './command.js';
import { usageError } from './usage-error.js';
import type { VerifyValues } from './verify-options.js';

export interface Destination {
  reporter: Reporter;
  /** Without it, standard output. */
  file?: string;
  /** Writes the last lines of a report whose checks were written as they ended. */
  end?: (result: Result) => string;
}

/** Reads `--reporter NAME[=FILE]` and `--output`. Throws for a file that could not be written. */
export async function readDestinations({ reporter = ['pretty'], output }: VerifyValues): Promise<Destination[]> {
  const destinations = reporter.map((text): Destination => {
    const [name = '', ...rest] = text.split('=');
    const known = reporters.find((one) => one === name);
    if (!known) throw usageError(`--reporter ${quoted(name)} is not known; it must be one of ${reporters.join(', ')}`);
    if (rest.length === 0) return { reporter: known };
    if (rest.join('=') === '') throw usageError(`--reporter ${quoted(text)} names no file; it must be NAME=FILE`);
    return { reporter: known, file: rest.join('=') };
  });
  const open = destinations.filter(({ file }) => file === undefined);
  if (open.length > 1) throw usageError('only one --reporter can do without a file; write the others as NAME=FILE');
  if (output !== undefined) {
    if (!open[0]) throw usageError('--output goes with a --reporter that has no file of its own');
    open[0].file = output;
  }
  for (const { file } of destinations) if (file !== undefined) await assertWritable(file);
  return destinations;
}

async function assertWritable(file: string): Promise<void> {
  const fail = (detail: string) =>
    new ClusterCertError('data_unreadable', `${quoted(file)} cannot be written: ${detail}`);
  const folder = path.dirname(path.resolve(file));
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw fail(systemErrorCode(cause) === 'ENOENT' ? `there is no folder ${quoted(folder)}` : firstLine(cause));
  });
  const known = await stat(file).catch(() => undefined);
  if (known?.isDirectory()) throw fail('it is a folder');
  if (known) await access(file, constants.W_OK).catch((cause: unknown) => Promise.reject(fail(firstLine(cause))));
}

export async function writeReports(result: Result, destinations: readonly Destination[], io: Io): Promise<void> {
  for (const { reporter, file, end } of destinations) {
    if (file !== undefined) await write(file, report(result, reporter));
    else if (end) io.stdout.write(end(result));
    else if (reporter !== 'pretty' || result.reachable) io.stdout.write(report(result, reporter));
  }
  if (destinations.every(({ file }) => file !== undefined)) io.stderr.write(`${summaryLine(result)}\n`);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: unknown) => {
    throw new ClusterCertError('data_unreadable', `${quoted(file)} cannot be written: ${firstLine(cause)}`, { cause });
  });
}

/** A missing file is an empty baseline with --update-baseline, and a mistake without. */
export async function openBaseline(values: VerifyValues): Promise<Baseline | undefined> {
  const { baseline: file, 'update-baseline': update } = values;
  if (file === undefined) return undefined;
  if (update) await assertWritable(file);
  try {
    return parseBaseline(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (update && systemErrorCode(error) === 'ENOENT') return undefined;
    if (error instanceof ClusterCertError) throw error;
    throw usageError(`--baseline ${quoted(file)} cannot be read: ${firstLine(error)}`);
  }
}

export const writeBaseline = (file: string, baseline: Baseline) =>
  write(file, `${JSON.stringify(baseline, null, 2)}\n`);
