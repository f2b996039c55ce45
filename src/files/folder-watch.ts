// Collects the changed entries of a folder from the kernel's events, so that one change does not cost reading a large
// folder. Only where the kernel sees every change; elsewhere the folder has to be read.
import { type FSWatcher, type Stats, statfsSync, watch } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

// Local file systems, by their numbers in statfs(2): ext4, XFS, Btrfs, F2FS, ZFS, tmpfs and the layers of containers.
// On a network file system, the kernel does not see changes by other machines.
const localFileSystems = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630]);

// The kernel drops events beyond 16,384 that were not read yet (inotify(7)).
const mostEvents = 4_096;

/** Whether every change of a folder can be watched. */
export function isWatchable(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return localFileSystems.has(statfsSync(folder).type >>> 0);
  } catch {
    return false;
  }
}

export class FolderWatch {
  #watcher: FSWatcher | undefined;
  #inode: number | undefined;
  #names = new Set<string>();
  #events = 0;
  #isWhole = false;

  /** Watches a folder from now on; false where that is not possible. Does not keep the process running. */
  start(folder: string, { ino }: Stats): boolean {
    this.stop();
    if (!isWatchable(folder)) return false;
    try {
      // The system limits the watches of a user.
      this.#watcher = watch(folder, { persistent: false }, (_type, name) => this.#note(name));
    } catch {
      return false;
    }
    this.#watcher.on('error', () => this.stop());
    this.#inode = ino;
    this.#isWhole = true;
    return true;
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#isWhole = false;
    this.#forget();
  }

  /** Whether every change of this version of the folder is known. */
  follows({ ino }: Stats): boolean {
    return this.#watcher !== undefined && this.#isWhole && ino === this.#inode;
  }

  /** Whether there are known changes that were not taken yet. */
  get hasChanges(): boolean {
    return this.#events > 0;
  }

  /** Takes the names of entries that were added, removed or changed since the last time, up to this call. */
  async take(): Promise<ReadonlySet<string>> {
    // Node reads events between two turns of the event loop; the first may have passed already.
    await setImmediate();
    await setImmediate();
    const names = this.#names;
    this.#forget();
    return names;
  }

  #note(name: string | null): void {
    this.#events++;
    if (name === null || this.#events > mostEvents) this.stop();
    else this.#names.add(name);
  }

  #forget(): void {
    this.#names = new Set();
    this.#events = 0;
  }
}
