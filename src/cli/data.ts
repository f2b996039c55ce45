// The commands for all data at once: the key file of a database, and copies from one place to another.
import { writeFile } from 'node:fs/promises';
import { ClusterCertError, firstLine, quoted, systemErrorCode } from '../errors.js';
import { assertLocation } from '../registry/open-data.js';
import { copyData } from '../registry/copy-data.js';
import { newKeyText } from '../registry/key-file.js';
import { defineCommand } from './command.js';
import { dataOption, withData, withExistingData } from './data-folder.js';
import { usageError } from './usage-error.js';

export const dataKey = defineCommand({
  summary: "make a key file, which encrypts a database's secrets",
  positionals: [{ name: 'FILE' }],
  options: {},
  examples: ['data key /etc/clustercert/data.key'],
  async run(_values, [file = ''], io) {
    try {
      await writeFile(file, newKeyText(), { flag: 'wx', mode: 0o600, flush: true });
    } catch (error) {
      if (systemErrorCode(error) === 'EEXIST')
        throw new ClusterCertError('already_exists', `${quoted(file)} exists already, and a key is never overwritten`);
      throw new ClusterCertError('unavailable', `${quoted(file)} cannot be written: ${systemErrorCode(error)}`);
    }
    io.stderr.write(`made ${file}; keep a copy apart from the database: without it, the database's secrets are lost\n`);
    return 0;
  },
});

export const dataRekey = defineCommand({
  summary: "encrypt a database's secrets with the first key of the key file",
  options: dataOption,
  about: [
    'To change the key, put a new one before the old one in the key file of every replica, run this command, and then remove the old one.',
  ],
  examples: ['data rekey --data postgres://clustercert@db.example.com/clustercert --key-file data.key'],
  async run({ data, 'key-file': keyFile }, _positionals, io) {
    await withExistingData({ data, keyFile }, async (store) => {
      if (!store.rekey) throw usageError('--data names a folder, which has no key file; it must be a database');
      const count = await store.rekey();
      io.stderr.write(`encrypted the secrets of ${count} ${count === 1 ? 'row' : 'rows'} in ${store.location} anew\n`);
    });
    return 0;
  },
});

export const dataCopy = defineCommand({
  summary: 'copy everything from one place to another, such as from a folder to a database',
  positionals: [{ name: 'FROM' }, { name: 'TO' }],
  options: { 'key-file': dataOption['key-file'] },
  about: [
    'FROM and TO are values of --data. Afterwards every caller gets the same responses from TO. Everything in TO stays; after an interruption, run it again.',
  ],
  examples: ['data copy data postgres://clustercert@db.example.com/clustercert --key-file data.key'],
  async run({ 'key-file': keyFile }, [from = '', to = ''], io) {
    assertLocation(from, 'FROM');
    assertLocation(to, 'TO');
    const { copied, present, different, problems } = await withExistingData({ data: from, keyFile }, (source) =>
      withData({ data: to, keyFile }, (target) => {
        if (source.location === target.location) throw usageError('FROM and TO are the same place');
        return copyData(source, target);
      }),
    );
    for (const problem of problems) io.stderr.write(`warning: not copied: ${firstLine(problem)}\n`);
    for (const name of different)
      io.stderr.write(`warning: not copied: ${name} in TO is another one; remove it there\n`);
    io.stderr.write(`copied ${copied}; ${present} were there already\n`);
    return problems.length + different.length === 0 ? 0 : 1;
  },
});
