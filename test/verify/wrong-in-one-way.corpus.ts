// Our own provider with one fault at a time: the kit finds and names each.
import { describe, expect, test } from '@jest/globals';
import { type Target, contractCases, exitCodes, verify } from '../../src/verify/index.js';
import { report } from '../../src/verify/report.js';
import { certificateFaults } from '../support/certificate-faults.js';
import { faults } from '../support/faults.js';
import { broken, ownTarget } from '../support/verify-targets.js';
import { wrongDoors } from '../support/wrong-doors.js';

const own = ownTarget();

describe('a provider that is wrong in one way is found, and the fault is named:', () => {
  test.each(Object.entries({ ...faults, ...certificateFaults }))('%s', async (_name, [fault, named, timeoutMs]) => {
    const target = { ...(await broken(await own, fault)), ...(timeoutMs !== undefined && { timeoutMs }) };
    // A signature is for one host.
    delete target.accessKey;
    const result = await verify(contractCases, target);
    const failed = result.cases.filter(({ outcome }) => outcome === 'failed');
    expect(result.exitCode).toBe(exitCodes.findings);
    expect(failed.map(({ name, findings }) => JSON.stringify({ name, findings })).join('\n')).toMatch(named);
    for (const reporter of ['pretty', 'json', 'junit', 'markdown'] as const) {
      const text = report(result, reporter);
      expect(text).not.toContain(target.token);
      expect(text).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY-----\\?n?[A-Za-z0-9+/]{16}|UFJJVkFURSBLRVk/);
    }
  });
});

describe('a provider that lets the wrong ones in, or not the right ones, is found:', () => {
  test.each(Object.entries(wrongDoors))('%s', async (_name, [door, named]) => {
    const target = await own;
    const inputs = target as Required<Target>;
    const { cases } = await verify(
      contractCases,
      await broken(
        target,
        (answer) => answer,
        (request) => door(request, inputs),
      ),
    );
    const failed = cases.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name }) => name).join('\n')).toMatch(named);
  });
});
