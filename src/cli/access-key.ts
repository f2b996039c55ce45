// The commands that keep the access keys (AK/SK) of the embedded identity.
import { ClusterCertError, firstLine } from '../errors.js';
import { defineCommand } from './command.js';
import { dataOption, withData, withExistingData } from './data-folder.js';
import { flag, optional, repeated, required } from './options.js';
import { duration, text } from './readers.js';
import { writeList } from './table.js';

export const accessKeyAdd = defineCommand({
  summary: 'make an access key for a user; prints it and its secret, this once',
  options: {
    project: required({
      placeholder: 'ID',
      help: 'the project that the key is for: 32 lower-case hexadecimal digits',
      read: text,
    }),
    user: required({ placeholder: 'ID', help: 'the user; becomes the user name in Kubernetes', read: text }),
    group: repeated({
      placeholder: 'G',
      help: 'a Kubernetes group of the user; may be repeated (default: none)',
      read: text,
    }),
    expires: optional({
      placeholder: 'TIME',
      help: 'make a temporary key, such as 15m or 24h, with a security token beside it',
      read: duration({ least: 1 }),
    }),
    json: flag('print an object'),
    ...dataOption,
  },
  examples: ['access-key add --project 77b6a44cba5143ab91d13ab9a8ff44fd --user alice --group developers'],
  async run(
    { project: projectId, user: userId, group: groups = [], expires, json, data, 'key-file': keyFile },
    _positionals,
    io,
  ) {
    const caller = { projectId, userId, groups };
    const { secret, securityToken, record, location } = await withData({ data, keyFile }, async (store) => ({
      location: store.location,
      ...(await store.accessKeys.add(caller, { lifetimeSeconds: expires })),
    }));
    const shown = { accessKey: record.id, secretKey: secret, ...(securityToken !== undefined && { securityToken }) };
    io.stdout.write(
      json
        ? `${JSON.stringify(shown, null, 2)}\n`
        : Object.entries(shown)
            .map(([name, value]) => `${name}: ${value}\n`)
            .join(''),
    );
    const end = record.expiresAt === undefined ? 'until it is revoked' : `until ${record.expiresAt.toISOString()}`;
    io.stderr.write(`access key ${record.id} in ${location} is valid ${end}; its secret is not shown again\n`);
    return 0;
  },
});

export const accessKeyList = defineCommand({
  summary: 'list the access keys, not their secrets',
  options: { json: flag('print an array of objects'), ...dataOption },
  examples: ['access-key list'],
  async run({ json, data, 'key-file': keyFile }, _positionals, io) {
    const records = await withExistingData({ data, keyFile }, ({ accessKeys }) =>
      accessKeys.list((problem) => io.stderr.write(`warning: ${firstLine(problem)}\n`)),
    );
    writeList(io, { json }, records, {
      'ACCESS KEY': ({ id }) => id,
      USER: ({ userId }) => userId,
      PROJECT: ({ projectId }) => projectId,
      GROUPS: ({ groups }) => groups.join(',') || '-',
      EXPIRES: ({ expiresAt }) => expiresAt?.toISOString() ?? 'never',
    });
    return 0;
  },
});

export const accessKeyRevoke = defineCommand({
  summary: 'make an access key invalid at once',
  positionals: [{ name: 'ACCESS_KEY' }],
  options: dataOption,
  examples: ['access-key revoke HPUAH8SQD53GBXGDK2LP'],
  async run({ data, 'key-file': keyFile }, [id = ''], io) {
    const { isRevoked, location } = await withData({ data, keyFile }, async (store) => ({
      isRevoked: await store.accessKeys.revoke(id),
      location: store.location,
    }));
    if (!isRevoked) {
      // Text that does not look like an access key may be a secret, and is not repeated.
      const shown = /^[A-Z0-9]{20}$/.test(id) ? `access key '${id}'` : 'such access key';
      throw new ClusterCertError(
        'not_found',
        `there is no ${shown} in ${location}; 'clustercert access-key list' shows those that exist`,
      );
    }
    io.stderr.write(`revoked access key ${id} in ${location}\n`);
    return 0;
  },
});
