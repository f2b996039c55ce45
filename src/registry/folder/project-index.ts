// The clusters of each project, so that the cost of a list depends on its project only. Kept in memory and updated when
// the folder of the clusters changed: a large folder by the kernel's events, a small one by reading its names.
import { type Stats, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FolderWatch, isWatchable } from '../../files/folder-watch.js';
import { isClusterId, parseRecord, recordFileOf } from './cluster-files.js';

interface Entry {
  /** Undefined where the record cannot be read: the cluster may belong to any project. */
  readonly projectId: string | undefined;
  /** When the record last changed; undefined where that is not checked. */
  readonly changedAt: number | undefined;
}

interface ProjectIndex {
  readonly entries: Map<string, Entry>;
  /** Sorted by ID; damaged clusters under `undefined`. */
  readonly idsOf: Map<string | undefined, string[]>;
}

// Folders that are checked before other work gets its turn.
const batch = 200;
// Damaged clusters that every list checks again, in case they were repaired in place.
const mostUnknown = 100;

// Reading 100,000 names takes 0.2 s of CPU, 1,000 take 2 ms.
const mostUnwatched = 1_000;
// The shortest time between comparisons of the kernel's events with the folder itself, apart from lists.
const checkedAfterMs = 60_000;

// After a change, the folder is read again until any later change would show (see remembered-files.ts). Where times
// have fractions of a second, the clock's steps are a few milliseconds: a reading later than that after the change is
// used until then, and repeated once afterwards.
const settledAfterMs = 2_000;
const clockStepMs = 50;

export class ProjectIndexFolder {
  readonly #folder: string;
  readonly #ids: () => Promise<string[]>;
  readonly #watch = new FolderWatch();
  #index: ProjectIndex = { entries: new Map(), idsOf: new Map() };
  /** The version of the folder in the index, and the time of its check. */
  #known: { version: Stats | undefined; at: number } | undefined;
  #updating: Promise<void> | undefined;
  #check: NodeJS.Timeout | undefined;

  /** `ids` gives the clusters that there are, sorted. */
  constructor(folder: string, ids: () => Promise<string[]>) {
    this.#folder = folder;
    this.#ids = ids;
  }

  /** IDs of all clusters that may belong to a project, sorted; the caller checks each. */
  async idsOf(projectId: string): Promise<readonly string[]> {
    await this.#bringUpToDate();
    const own = this.#index.idsOf.get(projectId) ?? [];
    const unknown = this.#index.idsOf.get(undefined) ?? [];
    return unknown.length === 0 ? [...own] : [...own, ...unknown.slice(0, mostUnknown)].sort();
  }

  async #bringUpToDate(): Promise<void> {
    if (this.#isUpToDate()) return;
    if (this.#updating) {
      // It began before this call, so it may have missed changes in between.
      await this.#updating.catch(() => undefined);
      if (this.#isUpToDate()) return;
    }
    await this.#updateOnce(() => this.#update());
  }

  /** Simultaneous lists wait for the same update. */
  #updateOnce(update: () => Promise<void>): Promise<void> {
    this.#updating ??= update().finally(() => (this.#updating = undefined));
    return this.#updating;
  }

  #isUpToDate(): boolean {
    if (!this.#known || this.#watch.hasChanges) return false;
    const { version: before, at } = this.#known;
    const version = versionOf(this.#folder);
    if (!isSame(version, before)) return false;
    if (!version) return true;
    const seenAfterMs = at - version.ctimeMs;
    const isFine = version.ctimeMs % 1000 !== 0;
    if (seenAfterMs > settledAfterMs) return true;
    if (!isFine || seenAfterMs <= clockStepMs) return false;
    return this.#watch.follows(version) || Date.now() - version.ctimeMs < settledAfterMs;
  }

  async #update(): Promise<void> {
    const at = Date.now();
    const version = versionOf(this.#folder);
    if (version && this.#watch.follows(version)) {
      const names = await this.#watch.take();
      // After a change without an event of the kernel, the folder has to be read.
      if (this.#watch.follows(version) && (names.size > 0 || isSame(version, this.#known?.version))) {
        for (const [position, id] of [...names].filter(isClusterId).entries()) {
          if (position % batch === batch - 1) await setImmediate();
          this.#lookAt(id);
        }
        this.#known = { version, at };
        this.#checkLater();
        return;
      }
    }
    await this.#readAll();
  }

  async #readAll(): Promise<void> {
    const at = Date.now();
    const version = versionOf(this.#folder);
    let ids = await this.#ids();
    if (version && ids.length > mostUnwatched) {
      const isWatched = this.#watch.follows(version) || this.#watch.start(this.#folder, version);
      // Changes before the watch began have no events.
      if (isWatched) ids = await this.#ids();
    } else this.#watch.stop();
    this.#index = await this.#indexOf(ids);
    this.#known = { version, at };
  }

  async #indexOf(ids: readonly string[]): Promise<ProjectIndex> {
    const index: ProjectIndex = { entries: new Map(), idsOf: new Map() };
    // Over a network, each check takes as long as a reading.
    const isAsked = ids.length <= mostUnwatched || isWatchable(this.#folder);
    for (const [position, id] of ids.entries()) {
      if (position % batch === 0) await setImmediate();
      const changedAt = isAsked ? versionOf(this.#recordOf(id))?.ctimeMs : undefined;
      const before = this.#index.entries.get(id);
      // A changed or new record may name another project.
      const isKnown = before?.projectId !== undefined && before.changedAt === changedAt;
      const entry = isKnown ? before : { changedAt, projectId: this.#projectOf(id) };
      index.entries.set(id, entry);
      idsUnder(index, entry.projectId).push(id);
    }
    return index;
  }

  /** Replaces the entry of an ID by the present content of its folder. */
  #lookAt(id: string): void {
    const before = this.#index.entries.get(id);
    if (before) {
      const ids = idsUnder(this.#index, before.projectId);
      ids.splice(positionOf(ids, id), 1);
      this.#index.entries.delete(id);
    }
    if (!versionOf(path.join(this.#folder, id))) return;
    const entry = { changedAt: versionOf(this.#recordOf(id))?.ctimeMs, projectId: this.#projectOf(id) };
    const ids = idsUnder(this.#index, entry.projectId);
    ids.splice(positionOf(ids, id), 0, id);
    this.#index.entries.set(id, entry);
  }

  #checkLater(): void {
    this.#check ??= setTimeout(() => {
      this.#check = undefined;
      // The next list reports a failed reading.
      this.#updateOnce(() => this.#readAll()).catch(() => (this.#known = undefined));
    }, checkedAfterMs).unref();
  }

  /** Synchronous: ten times as fast as handing each file to another thread. */
  #projectOf(id: string): string | undefined {
    try {
      return parseRecord(readFileSync(this.#recordOf(id), 'utf8'), id).projectId;
    } catch {
      return undefined;
    }
  }

  #recordOf(id: string): string {
    return recordFileOf(path.join(this.#folder, id));
  }
}

function idsUnder({ idsOf }: ProjectIndex, projectId: string | undefined): string[] {
  const ids = idsOf.get(projectId) ?? [];
  if (ids.length === 0) idsOf.set(projectId, ids);
  return ids;
}

/** The position of an ID among sorted ones, present or not. */
function positionOf(ids: readonly string[], id: string): number {
  let [from, to] = [0, ids.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ids[middle] ?? '') < id) from = middle + 1;
    else to = middle;
  }
  return from;
}

const versionOf = (entry: string) => statSync(entry, { throwIfNoEntry: false });

function isSame(one: Stats | undefined, other: Stats | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    one.dev === other.dev && one.ino === other.ino && one.ctimeMs === other.ctimeMs && one.mtimeMs === other.mtimeMs
  );
}
