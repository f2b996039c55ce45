// A cluster in a list of kubeconfig files, which kubectl reads as one: names are unique over all of them, and the
// current context is set where kubectl would set it. Pure: takes texts and returns texts.
import { ClusterCertError } from '../errors.js';
import type { ClusterAddition } from './cluster-entries.js';
import type { KubeconfigText } from './kubeconfig-file.js';
import { type KubeconfigSource, readKubeconfigSource } from './kubeconfig-source.js';
import { chooseContext, writePlan } from './merge-kubeconfig.js';
import { planMerge, presenceIn } from './plan-merge.js';

export interface ListOptions {
  /** The target file; undefined for the one that has the cluster already, or that kubectl would write to. */
  target?: string | undefined;
  alias?: string | undefined;
  keepContext?: boolean | undefined;
}

export interface MergedList {
  /** The file with the cluster's entries. */
  target: string;
  /** The names of the cluster's contexts. */
  contexts: string[];
  /** kubectl's current context afterwards, over all files; '' for none. */
  currentContext: string;
  /** The file that sets it. */
  setBy: string | undefined;
  /** The context to make current; undefined to leave it. */
  wanted: string | undefined;
  /** New texts of those files that change. */
  changed: ReadonlyMap<string, string>;
}

/**
 * The same texts where nothing is to change. Throws `data_unreadable` with file, line and column for a text that is no
 * kubeconfig, and `already_exists` for an alias that something else has.
 */
export function mergeIntoList(
  list: readonly KubeconfigText[],
  addition: ClusterAddition,
  options: ListOptions,
): MergedList {
  const target = options.target ?? chooseTarget(list, addition);
  const sources = list.map(({ file, text }) => ({
    file,
    source: file === target ? readKubeconfigSource(text ?? '', file) : readOther(file, text),
  }));
  const source = sources.find(({ file }) => file === target)?.source;
  if (!source) throw new TypeError('the target is not in the list');
  const others = sources.flatMap((one) => (one.file === target || !one.source ? [] : [one.source.value]));
  const plan = planMerge(source.value, addition, { alias: options.alias, others });
  const current = currentOf(sources);
  const wanted = chooseContext(current.name, plan, addition, options);
  const setter = wanted === undefined ? undefined : setterFor(list, { target, options, current: current.file });
  const changed = new Map<string, string>();
  changed.set(target, writePlan(source, plan.plans, setter === target ? wanted : undefined));
  const other = setter === target ? undefined : sources.find(({ file }) => file === setter)?.source;
  if (other) changed.set(other.file, writePlan(other, [], wanted));
  const after = currentOf(
    sources.map((one) => ({ file: one.file, source: sourceAfter(one.source, changed.get(one.file)) })),
  );
  return {
    target,
    contexts: [...plan.contexts.values()],
    currentContext: after.name,
    setBy: after.file,
    wanted,
    changed,
  };
}

/** The file that has the cluster already; else, as for kubectl, the first that exists; else the last. */
function chooseTarget(list: readonly KubeconfigText[], addition: ClusterAddition): string {
  const presence = list.map(({ file, text }) => {
    const source = readOther(file, text);
    return source ? presenceIn(source.value, addition) : 0;
  });
  const most = Math.max(...presence);
  return most > 0 ? (list[presence.indexOf(most)]?.file ?? '') : defaultFile(list);
}

const defaultFile = (list: readonly KubeconfigText[]) =>
  (list.find(({ text }) => text !== undefined) ?? list.at(-1))?.file ?? '';

/** The file that a new current context is written to. */
function setterFor(
  list: readonly KubeconfigText[],
  { target, options, current }: { target: string; options: ListOptions; current: string | undefined },
): string {
  // If a context of ours is current and renamed, the current context is renamed in its own file.
  if (options.keepContext === true) return current ?? target;
  if (options.target !== undefined) return target;
  return list.some(({ text }) => text !== undefined) ? defaultFile(list) : target;
}

interface Named {
  file: string;
  source: KubeconfigSource | undefined;
}

/** The first file that sets a current context wins. */
function currentOf(sources: readonly Named[]): { file: string | undefined; name: string } {
  for (const { file, source } of sources) {
    const name = source?.value['current-context'];
    if (typeof name === 'string' && name !== '') return { file, name };
  }
  return { file: undefined, name: '' };
}

function sourceAfter(before: KubeconfigSource | undefined, text: string | undefined): KubeconfigSource | undefined {
  return text === undefined || before === undefined ? before : readKubeconfigSource(text, before.file);
}

/** Another file of the list; its own faults are reported when it is read itself. */
function readOther(file: string, text: string | undefined): KubeconfigSource | undefined {
  if (text === undefined) return undefined;
  try {
    return readKubeconfigSource(text, file);
  } catch (error) {
    if (error instanceof ClusterCertError) return undefined;
    throw error;
  }
}
