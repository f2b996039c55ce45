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

/** Copies everything; may be run again after it was interrupted. */
export async function copyData(from: DataStore, to: DataStore): Promise<CopyResult> {
  const problems: unknown[] = [];
  const different: string[] = [];
  const counts = { copied: 0, present: 0, different: 0 };
  await to.prepare();
  for await (const item of from.transfer.read((problem) => problems.push(problem))) {
    const written = await to.transfer.write(item);
    if (item.kind === 'mark') continue;
    counts[written] += 1;
    if (written === 'different') different.push(nameOf(item));
  }
  return { ...counts, different, problems };
}

function nameOf(item: Exclude<StoredItem, StoredMark>): string {
  if (item.kind === 'cluster') return `cluster '${item.record.id}'`;
  if (item.kind === 'token') return `token '${item.hash.slice(0, 12)}'`;
  if (item.kind === 'access key') return `access key '${item.key.id}'`;
  return `revocations of cluster '${item.clusterId}'`;
}
