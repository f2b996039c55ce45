// The commands that keep the tokens of the embedded identity.
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import type { TokenAdministration } from '../registry/tokens.js';
import { defineCommand } from './command.js';
import { dataOption, withData, withExistingData } from './data-folder.js';
import { flag, repeated, required, withDefault } from './options.js';
import { duration, text } from './readers.js';
import { writeList } from './table.js';

export const tokenAdd = defineCommand({
  summary: 'make a token for a user; prints it, this once',
  options: {
    project: required({
      placeholder: 'ID',
      help: 'the project that the token is for: 32 lower-case hexadecimal digits',
      read: text,
    }),
    user: required({ placeholder: 'ID', help: 'the user; becomes the user name in Kubernetes', read: text }),
    group: repeated({
      placeholder: 'G',
      help: "a Kubernetes group of the user; may be repeated (default: those of the user's last token)",
      read: text,
    }),
    expires: withDefault('24h', {
      placeholder: 'TIME',
      help: 'how long it is valid, such as 30m, 24h or 7d',
      read: duration({ least: 1 }),
    }),
    ...dataOption,
  },
  examples: ['token add --project 77b6a44cba5143ab91d13ab9a8ff44fd --user alice --group developers'],
  async run(
    { project: projectId, user: userId, group, expires: lifetimeSeconds, data, 'key-file': keyFile },
    _positionals,
    io,
  ) {
    const { token, record, location } = await withData({ data, keyFile }, async (store) => {
      const groups = group ?? (await groupsOfLastToken(store.tokens, { projectId, userId }));
      return {
        location: store.location,
        ...(await store.tokens.add({ projectId, userId, groups }, { lifetimeSeconds })),
      };
    });
    io.stdout.write(`${token}\n`);
    if (record.groups.length === 0)
      io.stderr.write(
        `note: ${quoted(userId)} has no groups, and so only the rights that are bound to the user itself; --group gives it some\n`,
      );
    const until = record.expiresAt.toISOString();
    io.stderr.write(`token ${record.id} in ${location} is valid until ${until}; it is not shown again\n`);
    return 0;
  },
});

export const tokenList = defineCommand({
  summary: 'list the tokens, not their values',
  options: { json: flag('print an array of objects'), ...dataOption },
  examples: ['token list'],
  async run({ json, data, 'key-file': keyFile }, _positionals, io) {
    const records = await withExistingData({ data, keyFile }, ({ tokens }) =>
      tokens.list((problem) => io.stderr.write(`warning: ${firstLine(problem)}\n`)),
    );
    const now = new Date();
    writeList(io, { json }, records, {
      ID: ({ id }) => id,
      USER: ({ userId }) => userId,
      PROJECT: ({ projectId }) => projectId,
      GROUPS: ({ groups }) => groups.join(',') || '-',
      EXPIRES: ({ expiresAt }) => `${expiresAt.toISOString()}${expiresAt <= now ? ' (expired)' : ''}`,
    });
    return 0;
  },
});

export const tokenRevoke = defineCommand({
  summary: 'make a token invalid at once',
  positionals: [{ name: 'ID', help: "as 'token list' shows it; not the token itself" }],
  options: dataOption,
  examples: ['token revoke 1f3a9c2b7d40'],
  async run({ data, 'key-file': keyFile }, [id = ''], io) {
    const { isRevoked, location } = await withData({ data, keyFile }, async (store) => ({
      isRevoked: await store.tokens.revoke(id),
      location: store.location,
    }));
    if (!isRevoked) {
      // Text that does not look like an ID may be a token, and is not repeated.
      const shown = /^[0-9a-f]{12}$/.test(id) ? `of the ID '${id}'` : 'of that ID';
      throw new ClusterCertError(
        'not_found',
        `there is no token ${shown} in ${location}; 'clustercert token list' shows the IDs`,
      );
    }
    io.stderr.write(`revoked token ${id} in ${location}\n`);
    return 0;
  },
});

async function groupsOfLastToken(
  tokens: TokenAdministration,
  { projectId, userId }: { projectId: string; userId: string },
): Promise<readonly string[]> {
  const records = await tokens.list();
  return records.filter((record) => record.userId === userId && record.projectId === projectId).at(-1)?.groups ?? [];
}
