// Which clusters each project has, so that a list costs what its project has. Kept in memory and brought up to date when the
// folder of the clusters changed: then only records are read that were never read before.
import { type Stats, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { RememberedFiles } from '../../files/remembered-files.js';
import { parseRecord, recordFileOf } from './cluster-files.js';

interface ProjectIndex {
  readonly projectOf: ReadonlyMap<string, string>;
  /** Sorted by ID. */
  readonly idsOf: ReadonlyMap<string, readonly string[]>;
  /** Clusters whose record could not be read: they may be anybody's. */
  readonly unknown: readonly string[];
}

// So many folders are looked at before anything else gets its turn.
const batch = 200;
// So many damaged clusters are looked at for every list, in case they were mended in place.
const mostUnknown = 100;

// A folder that changed is read again for as long as another change may not show (see remembered-files.ts), which takes 0.3 s of
// CPU with 100,000 clusters. Where times have fractions of a second, the steps of the clock are a few milliseconds: what was
// read later than that after the change is used until then, and is read once more after it.
const settledAfterMs = 2_000;
const clockStepMs = 50;

export class ProjectIndexFolder {
  readonly #folder: string;
  readonly #ids: () => Promise<string[]>;
  readonly #remembered = new RememberedFiles<ProjectIndex>({ maximumBytes: 1024, sizeOf: () => 1 });
  #last: ProjectIndex = { projectOf: new Map(), idsOf: new Map(), unknown: [] };
  #lastRead: { version: Stats; at: number } | undefined;
  #updating: Promise<ProjectIndex> | undefined;

  /** `ids` gives the clusters that there are, sorted. */
  constructor(folder: string, ids: () => Promise<string[]>) {
    this.#folder = folder;
    this.#ids = ids;
  }

  /** IDs of all clusters that may belong to a project, sorted; each is to be looked at. */
  async idsOf(projectId: string): Promise<readonly string[]> {
    const index = await this.#remembered.get(
      '',
      () => [this.#folder],
      () => this.#read(),
    );
    if (!index) return [];
    const own = index.idsOf.get(projectId) ?? [];
    return index.unknown.length === 0 ? own : [...own, ...index.unknown.slice(0, mostUnknown)].sort();
  }

  /** Lists that come while the folder is read wait for the same reading. */
  #read(): Promise<ProjectIndex> {
    if (this.#isUnchanged()) return Promise.resolve(this.#last);
    this.#updating ??= this.#update().finally(() => (this.#updating = undefined));
    return this.#updating;
  }

  #isUnchanged(): boolean {
    const version = statSync(this.#folder, { throwIfNoEntry: false });
    if (!version || !this.#lastRead) return false;
    const { version: before, at } = this.#lastRead;
    const isSame =
      version.ino === before.ino && version.ctimeMs === before.ctimeMs && version.mtimeMs === before.mtimeMs;
    const isFine = version.ctimeMs % 1000 !== 0 && at - version.ctimeMs > clockStepMs;
    return isSame && isFine && Date.now() - version.ctimeMs < settledAfterMs;
  }

  async #update(): Promise<ProjectIndex> {
    const at = Date.now();
    const version = statSync(this.#folder, { throwIfNoEntry: false });
    const projectOf = new Map<string, string>();
    const idsOf = new Map<string, string[]>();
    const unknown: string[] = [];
    for (const [position, id] of (await this.#ids()).entries()) {
      if (position % batch === 0) await setImmediate();
      // A cluster stays with its project.
      const projectId = this.#last.projectOf.get(id) ?? this.#projectOf(id);
      if (projectId === undefined) {
        unknown.push(id);
        continue;
      }
      const ids = idsOf.get(projectId);
      if (ids) ids.push(id);
      else idsOf.set(projectId, [id]);
      projectOf.set(id, projectId);
    }
    this.#last = { projectOf, idsOf, unknown };
    this.#lastRead = version && { version, at };
    return this.#last;
  }

  /** Synchronous: ten times as fast as handing each file to another thread. */
  #projectOf(id: string): string | undefined {
    try {
      return parseRecord(readFileSync(recordFileOf(path.join(this.#folder, id)), 'utf8'), id).projectId;
    } catch {
      return undefined;
    }
  }
}
