// The commands that keep the tokens of the embedded identity.
import { ClusterCertError, firstLine } from '../errors.js';
import type { TokenFolder } from '../registry/folder/token-folder.js';
import { type Command, type Io, writeList, readDuration, required } from './command.js';
import { dataOption, dataUsage, openData } from './data-option.js';

/** The group whose members Kubernetes lets do everything. */
export const administrators = 'system:masters';

export const tokenAdd: Command = {
  summary: 'make a token for a user; prints it, this once',
  usage: `token add --project ID --user ID [options]

  --project ID            the project that the token is for: 32 lower-case hexadecimal digits
  --user ID               the user; becomes the user name in Kubernetes
  --group G               a Kubernetes group of the user; may be repeated (default: those of the user's
                          last token; ${administrators} for the first user of all)
  --expires TIME          how long it is valid, such as 30m, 24h or 7d (default: 24h)
${dataUsage}
Example:
  clustercert token add --project 77b6a44cba5143ab91d13ab9a8ff44fd --user alice --group developers
`,
  options: {
    ...dataOption,
    project: { type: 'string' },
    user: { type: 'string' },
    group: { type: 'string', multiple: true },
    expires: { type: 'string', default: '24h' },
  },
  positionals: 0,
  async run(values, _positionals, io) {
    const { tokens } = openData(values);
    const [projectId, userId] = [required(values, 'project'), required(values, 'user')];
    const lifetimeSeconds = readDuration(values, 'expires', { least: 1 });
    const given = values['group'] as string[] | undefined;
    const groups = given ?? (await defaultGroups(tokens, { projectId, userId }, io));
    const { token, record } = await tokens.add({ projectId, userId, groups }, { lifetimeSeconds });
    io.stdout.write(`${token}\n`);
    io.stderr.write(`token ${record.id} is valid until ${record.expiresAt.toISOString()}; it is not shown again\n`);
    return 0;
  },
};

export const tokenList: Command = {
  summary: 'list the tokens, not their values',
  usage: `token list [--json]

  --json                  print an array of objects
${dataUsage}
Example:
  clustercert token list
`,
  options: { ...dataOption, json: { type: 'boolean' } },
  positionals: 0,
  async run(values, _positionals, io) {
    const records = await openData(values).tokens.list((problem) =>
      io.stderr.write(`warning: ${firstLine(problem)}\n`),
    );
    const now = new Date();
    writeList(io, values, records, {
      ID: ({ id }) => id,
      USER: ({ userId }) => userId,
      PROJECT: ({ projectId }) => projectId,
      GROUPS: ({ groups }) => groups.join(',') || '-',
      EXPIRES: ({ expiresAt }) => `${expiresAt.toISOString()}${expiresAt <= now ? ' (expired)' : ''}`,
    });
    return 0;
  },
};

export const tokenRevoke: Command = {
  summary: 'make a token invalid at once',
  usage: `token revoke ID

  ID                      as 'token list' shows it; not the token itself
${dataUsage}
Example:
  clustercert token revoke 1f3a9c2b7d40
`,
  options: dataOption,
  positionals: 1,
  async run(values, [id = ''], io) {
    if (!(await openData(values).tokens.revoke(id))) {
      // What does not look like an ID may be a token, and is not repeated.
      const shown = /^[0-9a-f]{12}$/.test(id) ? `of the ID '${id}'` : 'of that ID';
      throw new ClusterCertError('not_found', `there is no token ${shown}; 'clustercert token list' shows the IDs`);
    }
    io.stderr.write(`revoked token ${id}\n`);
    return 0;
  },
};

async function defaultGroups(
  tokens: TokenFolder,
  { projectId, userId }: { projectId: string; userId: string },
  io: Io,
): Promise<readonly string[]> {
  const records = await tokens.list();
  const last = records.filter((record) => record.userId === userId && record.projectId === projectId).at(-1);
  if (last) return last.groups;
  if (records.length > 0) return [];
  io.stderr.write(
    `note: the first user gets the group ${administrators}, with all rights in the project's clusters; --group chooses others\n`,
  );
  return [administrators];
}
