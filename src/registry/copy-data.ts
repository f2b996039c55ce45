// Copies everything from one store to another; what stands there already stays.
import type { DataStore } from './data-store.js';
import type { StoredItem, StoredMark } from './data-transfer.js';

export interface CopyResult {
  readonly copied: number;
  /** Were there already, just the same. */
  readonly present: number;
  /** Named, such as `cluster '…'`. */
  readonly different: readonly string[];
  /** Could not be read. */
  readonly problems: readonly unknown[];
}

// Written at once. Of each, the database waits for its disk.
const mostAtOnce = 8;

/** Copies everything; may be run again after it was interrupted. */
export async function copyData(from: DataStore, to: DataStore): Promise<CopyResult> {
  const problems: unknown[] = [];
  const different: string[] = [];
  const counts = { copied: 0, present: 0, different: 0 };
  const write = async (item: StoredItem) => {
    const written = await to.transfer.write(item);
    if (item.kind === 'mark') return;
    counts[written] += 1;
    if (written === 'different') different.push(nameOf(item));
  };
  await to.prepare();
  let batch: StoredItem[] = [];
  const flush = async () => {
    const written = await Promise.allSettled(batch.map(write));
    batch = [];
    for (const { reason } of written.filter((each) => each.status === 'rejected')) throw reason;
  };
  for await (const item of from.transfer.read((problem) => problems.push(problem))) {
    // Of another kind: whoever is let in only once all of what comes before is there.
    if (batch.length === mostAtOnce || item.kind !== batch[0]?.kind) await flush();
    batch.push(item);
  }
  await flush();
  return { ...counts, different: different.sort(), problems };
}

function nameOf(item: Exclude<StoredItem, StoredMark>): string {
  if (item.kind === 'cluster') return `cluster '${item.record.id}'`;
  if (item.kind === 'token') return `token '${item.hash.slice(0, 12)}'`;
  if (item.kind === 'access key') return `access key '${item.key.id}'`;
  return `revocations of cluster '${item.clusterId}'`;
}
