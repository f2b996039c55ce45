// Watches one file, however it is saved: written in place, replaced by a rename, deleted and made again.
import { type FSWatcher, unwatchFile, watch, watchFile as pollFile } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

// Events come within milliseconds. Where none come, as after the folder itself was replaced or on some network file
// systems, a look each second finds the change.
const pollMs = 1000;
// Editors truncate, write and rename in several steps.
const settleMs = 20;

/** Calls back after each change, and perhaps without one. Gives the function that ends it. */
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
      // The folder is not there; the poll sees it come back.
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
 * Makes work that is asked for while it runs run once more when it is done, and never twice at once. `isCurrent` tells
 * it whether it has been asked for again. `idle` resolves when nothing runs.
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
