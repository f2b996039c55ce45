// The commands that keep the access keys (AK/SK) of the embedded identity.
import { ClusterCertError, firstLine } from '../errors.js';
import { type Command, writeList, optional, readDuration, required } from './command.js';
import { dataOption, dataUsage, openData } from './data-option.js';

export const accessKeyAdd: Command = {
  summary: 'make an access key for a user; prints it and its secret, this once',
  usage: `access-key add --project ID --user ID [options]

  --project ID            the project that the key is for: 32 lower-case hexadecimal digits
  --user ID               the user; becomes the user name in Kubernetes
  --group G               a Kubernetes group of the user; may be repeated (default: none)
  --expires TIME          make a temporary key, such as 15m or 24h, with a security token beside it
  --json                  print an object
${dataUsage}
Example:
  clustercert access-key add --project 77b6a44cba5143ab91d13ab9a8ff44fd --user alice --group developers
`,
  options: {
    ...dataOption,
    project: { type: 'string' },
    user: { type: 'string' },
    group: { type: 'string', multiple: true },
    expires: { type: 'string' },
    json: { type: 'boolean' },
  },
  positionals: 0,
  async run(values, _positionals, io) {
    const caller = {
      projectId: required(values, 'project'),
      userId: required(values, 'user'),
      groups: (values['group'] as string[] | undefined) ?? [],
    };
    const lifetimeSeconds =
      optional(values, 'expires') === undefined ? undefined : readDuration(values, 'expires', { least: 1 });
    const { secret, securityToken, record } = await openData(values).accessKeys.add(caller, { lifetimeSeconds });
    const shown = { accessKey: record.id, secretKey: secret, ...(securityToken !== undefined && { securityToken }) };
    io.stdout.write(
      values['json'] === true
        ? `${JSON.stringify(shown, null, 2)}\n`
        : Object.entries(shown)
            .map(([name, value]) => `${name}: ${value}\n`)
            .join(''),
    );
    const end = record.expiresAt === undefined ? 'until it is revoked' : `until ${record.expiresAt.toISOString()}`;
    io.stderr.write(`access key ${record.id} is valid ${end}; its secret is not shown again\n`);
    return 0;
  },
};

export const accessKeyList: Command = {
  summary: 'list the access keys, not their secrets',
  usage: `access-key list [--json]

  --json                  print an array of objects
${dataUsage}
Example:
  clustercert access-key list
`,
  options: { ...dataOption, json: { type: 'boolean' } },
  positionals: 0,
  async run(values, _positionals, io) {
    const records = await openData(values).accessKeys.list((problem) =>
      io.stderr.write(`warning: ${firstLine(problem)}\n`),
    );
    writeList(io, values, records, {
      'ACCESS KEY': ({ id }) => id,
      USER: ({ userId }) => userId,
      PROJECT: ({ projectId }) => projectId,
      GROUPS: ({ groups }) => groups.join(',') || '-',
      EXPIRES: ({ expiresAt }) => expiresAt?.toISOString() ?? 'never',
    });
    return 0;
  },
};

export const accessKeyRevoke: Command = {
  summary: 'make an access key invalid at once',
  usage: `access-key revoke ACCESS_KEY

${dataUsage}
Example:
  clustercert access-key revoke HPUAH8SQD53GBXGDK2LP
`,
  options: dataOption,
  positionals: 1,
  async run(values, [id = ''], io) {
    if (!(await openData(values).accessKeys.revoke(id))) {
      // What does not look like an access key may be a secret, and is not repeated.
      const shown = /^[A-Z0-9]{20}$/.test(id) ? `access key '${id}'` : 'such access key';
      throw new ClusterCertError(
        'not_found',
        `there is no ${shown}; 'clustercert access-key list' shows those that are`,
      );
    }
    io.stderr.write(`revoked access key ${id}\n`);
    return 0;
  },
};
