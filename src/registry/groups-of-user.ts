// All groups of a user, by tokens and access keys.
import type { DataStore } from './data-store.js';

/** The groups of a user in a project that the store knows. */
export async function groupsOf(
  { tokens, accessKeys }: Pick<DataStore, 'tokens' | 'accessKeys'>,
  { projectId, userId }: { projectId: string; userId: string },
): Promise<string[]> {
  const callers = [...(await tokens.list()), ...(await accessKeys.list())];
  return callers
    .filter((caller) => caller.projectId === projectId && caller.userId === userId)
    .flatMap(({ groups }) => groups);
}
