import { expect, test } from '@jest/globals';
import { createLog } from '../../src/server/log.js';

test('a secret that is logged by mistake does not leave', async () => {
  let written = '';
  const log = createLog({ write: (line) => (written += line) });
  log.info(
    { token: 'secret', caller: { token: 'secret', userId: 'alice' }, request: { headers: { any: 'secret' } } },
    'mistake',
  );
  await new Promise<void>((resolve) => log.whenWritten(resolve));
  expect(written).not.toContain('secret');
  expect(JSON.parse(written)).toMatchObject({ msg: 'mistake', caller: { userId: 'alice' } });
});
