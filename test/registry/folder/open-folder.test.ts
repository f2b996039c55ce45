import { rename, symlink, unlink } from 'node:fs/promises';
import path from 'node:path';
import { openFolder } from '../../../src/registry/folder/open-folder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { describeStore } from '../registry-suite.js';
import { waitFor } from '../tested-store.js';

describeStore('a folder', () => {
  const folder = path.join(temporaryFolder(), 'data');
  return Promise.resolve({
    open: (options = {}) => openFolder(folder, options),
    leaseMs: 0,
    // What was changed within the last two seconds is read again.
    settle: () => waitFor(2_100),
    interrupt: async () => {
      const clusters = path.join(folder, 'clusters');
      await rename(clusters, `${clusters}.away`);
      // A link to itself cannot be followed: ELOOP.
      await symlink(clusters, clusters);
      return async () => {
        await unlink(clusters);
        await rename(`${clusters}.away`, clusters);
      };
    },
  });
});
