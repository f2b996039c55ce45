// Copies everything from one store to another; existing items stay.
import type { DataStore } from './data-store.js';
import type { StoredItem, StoredMark } from './data-transfer.js';

export interface CopyResult {
  readonly copied: number;
  /** Items that were there already, unchanged. */
  readonly present: number;
  /** Named, such as `cluster '…'`. */
  readonly different: readonly string[];
  /** Items that could not be read. */
  readonly problems: readonly unknown[];
}

// Items written at the same time; the database waits for its disk for each.
const mostAtOnce = 8;

/** Copies everything; can be run again after an interruption. */
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
    // A new kind: what lets callers in is written only after all items before it.
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
