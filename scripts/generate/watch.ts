// Watches one file, however it is saved: written in place, replaced by a rename, deleted and made again.
import { type FSWatcher, unwatchFile, watch, watchFile as pollFile } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

// Events come within milliseconds. Without events, as after the folder itself was replaced or on some network file
// systems, a check each second finds the change.
const pollMs = 1000;
// Editors truncate, write and rename in several steps.
const settleMs = 20;

/** Calls back after each change, and sometimes without one. Gives the function that ends it. */
export function watchFile(file: string, changed: () => void): () => void {
  let watcher: FSWatcher | undefined;
  const watchFolder = () => {
    watcher?.close();
    watcher = undefined;
    try {
      watcher = watch(path.dirname(file), (_event, name) => {
        if (name === null || name === path.basename(file)) changed();
      });
      watcher.on('error', () => undefined);
    } catch {
      // The folder is missing; polling notices its return.
    }
  };
  watchFolder();
  pollFile(file, { interval: pollMs }, () => {
    watchFolder();
    changed();
  });
  return () => {
    watcher?.close();
    unwatchFile(file);
  };
}

/**
 * Runs work never twice at once, and once more after requests during a run. `isCurrent` says whether there was no
 * further request. `idle` resolves when nothing runs.
 */
export function oneAtATime(work: (isCurrent: () => boolean) => Promise<void>) {
  let asked = 0;
  let running: Promise<void> | undefined;
  const run = async () => {
    let begun = asked;
    do {
      begun = asked;
      await setTimeout(settleMs);
      if (begun !== asked) continue;
      await work(() => begun === asked);
    } while (begun !== asked);
    running = undefined;
  };
  return {
    ask: () => {
      asked += 1;
      running ??= run();
    },
    idle: async () => running,
  };
}
