// The command that runs the contract kit against a provider.
import { type CaseResult, type Result, contractCases, exitCodeOf, verify as runChecks } from '../verify/index.js';
import { applyBaseline, baselineOf } from '../verify/baseline.js';
import { missingOptions } from '../verify/check.js';
import { prettyWriter } from '../verify/report.js';
import { type Io, defineCommand } from './command.js';
import { chooseChecks } from './verify-checks.js';
import { readTarget, verifyOptions } from './verify-options.js';
import { type Destination, openBaseline, readDestinations, writeBaseline, writeReports } from './verify-reports.js';

export const verify = defineCommand({
  summary: 'test any provider of the API against the contract',
  about: [
    'Sends requests to a provider of this API and checks its responses. Each check names its table and row of the API page, or its rule of an RFC or of Kubernetes. Checks that lack an input are listed as such. Some requests are hostile, unless --safe is given.',
  ],
  options: verifyOptions,
  notes: [
    'Credentials are those of "clustercert get": a token, an access key, a cloud of clouds.yaml, OS_* and so on. Put secrets into the environment, since every user of the machine can see command lines.',
    'Exit codes: 0 everything requested was checked and is right, 1 findings, 2 wrong usage, 3 not reached, 4 could not be checked completely (throttled, reset, went away), 5 the inputs do not work (the first request was refused).',
  ],
  examples: [
    'verify --endpoint http://127.0.0.1:8080 --project 77b6a44cba5143ab91d13ab9a8ff44fd --cluster 1df09f9a-5b9e-11ef-8f52-0255ac10003e --reporter pretty --reporter junit=clustercert.xml',
    "verify --list --only 'Table 7'",
  ],
  run: async (values, _positionals, io) => {
    const checks = chooseChecks(contractCases, values);
    if (values.list) {
      const given = { endpoint: '', projectId: '', clusterId: '', token: '' };
      for (const one of checks) {
        const needs = one.needs.some((input) => input !== 'token') ? `  (${missingOptions(one, given)})` : '';
        io.stdout.write(`${one.id}  ${one.name}  [${one.source}; ${one.binds}]${needs}\n`);
      }
      return 0;
    }
    // Unreadable and unwritable files are reported before the first request.
    const destinations = await readDestinations(values);
    const baseline = await openBaseline(values);
    const target = await readTarget(values, io);
    const progress = showProgress(io, destinations, checks.length);
    const checked = await runChecks(checks, target, progress.onResult).finally(() => progress.stop());
    const { result: accepted, unused } = applyBaseline(checked, baseline ?? { accepted: [] });
    const result = { ...accepted, exitCode: exitCodeOf(accepted, { allowUnchecked: values['allow-unchecked'] }) };
    await writeReports(result, destinations, io);
    for (const { id, where } of unused)
      io.stderr.write(`note: the baseline accepts ${id} (${where}), which is not found any more\n`);
    tellState(result, io);
    if (!values['update-baseline'] || values.baseline === undefined) return result.exitCode;
    await writeBaseline(values.baseline, baselineOf(checked, baseline));
    return result.state === 'complete' ? 0 : result.exitCode;
  },
});

function tellState(result: Result, io: Io): void {
  const { state, endpoint, reason = '', hint } = result;
  const origin = new URL(endpoint).origin;
  if (state === 'not reached') io.stderr.write(`error: ${origin} cannot be reached: ${reason}\n`);
  else if (state === 'inputs refused') io.stderr.write(`error: ${reason}\n`);
  else if (state === 'incomplete') io.stderr.write(`error: not everything could be checked: ${reason}\n`);
  if (hint !== undefined) io.stderr.write(`hint: ${hint}\n`);
}

/** On a terminal each check as it ends; elsewhere a line on stderr every few seconds. */
function showProgress(io: Io, destinations: readonly Destination[], total: number) {
  const onTerminal = destinations.find(({ reporter, file }) => reporter === 'pretty' && file === undefined);
  const live = onTerminal !== undefined && io.stdout.isTTY === true;
  const pretty = prettyWriter({ colour: live && (io.environment['NO_COLOR'] ?? '') === '' });
  let done = 0;
  const timer = setInterval(() => {
    if (!live) io.stderr.write(`${done} of ${total} checks done\n`);
  }, progressEveryMs);
  timer.unref();
  if (live) Object.assign(onTerminal, { end: pretty.end });
  return {
    onResult: (one: CaseResult) => {
      done += 1;
      if (live) io.stdout.write(pretty.write(one));
    },
    stop: () => clearInterval(timer),
  };
}

const progressEveryMs = 5000;
