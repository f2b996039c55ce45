// Hides the secrets in a kubeconfig's text. Only fields known to hold no secret are shown. Every other value is
// replaced by a word, which is the same for equal values within one run.
import { createHmac, randomBytes } from 'node:crypto';
import { extensionName } from './cluster-entries.js';
import { type Edit, applyEdits } from './edit-text.js';
import { type KubeconfigSource, findPair, readKubeconfigSource } from './kubeconfig-source.js';
import type { YamlMap, YamlNode, YamlSeq } from './yaml/compose.js';
import { keyOf } from './yaml/resolve.js';

type Words = (secret: string) => string;
/** Whether to show a key's value: all of it, the parts that a table allows, or nothing. */
type Shown = true | { readonly [key: string]: Shown } | ((map: YamlMap) => Shown);

const extensions: Shown = (item) =>
  textAt(item, 'name') === extensionName ? { name: true, extension: marked } : { name: true };
const marked = { cluster: true, context: true, endpoint: true, project: true, user: true } as const;
const variable: Shown = (item) =>
  /^(OS_|NODE_EXTRA|SSL_CERT|(CLUSTERCERT|HW|HUAWEICLOUD)_(ENDPOINT|PROJECT|REGION|CA)|(https?|no|all)_proxy$)/i.test(
    textAt(item, 'name'),
  ) && !/PASS|SECRET|TOKEN|KEY|CODE/i.test(textAt(item, 'name'))
    ? { name: true, value: true }
    : { name: true };
const exec = {
  apiVersion: true,
  command: true,
  interactiveMode: true,
  installHint: true,
  provideClusterInfo: true,
  env: variable,
} as const;
const named = { name: true } as const;
const user: Shown = (item) => ({
  'client-certificate': true,
  'client-key': true,
  tokenFile: true,
  username: true,
  as: true,
  extensions,
  exec: isOurs(item) ? { ...exec, args: true } : exec,
});

/** The fields of client-go that hold no secret. */
const shown: Shown = {
  apiVersion: true,
  kind: true,
  'current-context': true,
  preferences: { colors: true, extensions },
  extensions,
  clusters: {
    ...named,
    cluster: {
      server: true,
      'tls-server-name': true,
      'insecure-skip-tls-verify': true,
      'certificate-authority': true,
      'certificate-authority-data': true,
      'disable-compression': true,
      'proxy-url': true,
      extensions,
    },
  },
  contexts: { ...named, context: { cluster: true, user: true, namespace: true, extensions } },
  users: { ...named, user },
};

/** Makes a function that hides secrets; equal secrets get equal words. */
export function createHider(): (text: string) => string {
  const key = randomBytes(16);
  const wordFor: Words = (secret) => `<hidden ${createHmac('sha256', key).update(secret).digest('hex').slice(0, 6)}>`;
  return (text) => {
    const source = readKubeconfigSource(text, 'kubeconfig');
    const hider = new Hider(source, wordFor);
    return applyEdits(text, hider.edits());
  };
}

class Hider {
  readonly #edits: Edit[] = [];
  /** The parts with content; comments lie between them. */
  readonly #content: [number, number][] = [];

  constructor(
    readonly source: KubeconfigSource,
    readonly wordFor: Words,
  ) {}

  edits(): Edit[] {
    const { root, text, end } = this.source;
    if (root) this.#visit(root, shown, '');
    this.#hideComments();
    // Nobody reads the text behind the document.
    if (/\S/.test(text.slice(end)))
      this.#edits.push({ start: end, end: text.length, text: `${this.wordFor(text.slice(end))}\n` });
    return this.#edits;
  }

  #visit(node: YamlNode, rule: Shown | undefined, key: string): void {
    if (node.kind === 'alias' || node.kind === 'scalar') {
      this.#leaf(node, rule, key);
      return;
    }
    const table = rule;
    if (table === undefined || table === true) {
      if (rule === true && node.kind === 'seq') this.#visitArguments(node, key);
      else this.#hide(node);
      return;
    }
    if (node.kind === 'seq') {
      for (const item of node.items) this.#visit(item, rule, key);
      return;
    }
    const known = typeof table === 'function' ? table(node) : table;
    for (const pair of node.pairs) {
      const name = pair.key.kind === 'scalar' ? pair.key.value : '';
      const inner = typeof known === 'object' ? known[name] : undefined;
      // Show a key only if its word can be a field: YAML takes a password in braces for a key.
      if (inner === undefined && pair.value.start === pair.value.end) this.#hide(pair.key);
      else this.#content.push([pair.key.from, pair.key.end]);
      this.#visit(pair.value, inner, name);
    }
  }

  /** A secret that people put on a command line follows the name of its option. */
  #visitArguments({ items }: YamlSeq, key: string): void {
    const text = (item: YamlNode | undefined) => (item?.kind === 'scalar' ? item.value : '');
    const isOption = (value: string) => /^--?\w.*(pass|secret|token|key)/i.test(value);
    items.forEach((item, index) => {
      const previous = text(items[index - 1]);
      const holds = isOption(text(item)) && text(item).includes('=');
      if (holds || (isOption(previous) && !previous.includes('='))) this.#hide(item);
      else this.#visit(item, true, key);
    });
  }

  #leaf(node: YamlNode, rule: Shown | undefined, key: string): void {
    const { text } = this.source;
    const written = text.slice(node.from, node.end);
    if (written === '') return;
    if (rule !== true || node.from !== node.start || key === 'proxy-url') this.#hide(node);
    else {
      this.#content.push([node.from, node.end]);
      const put = withoutUserinfo(written);
      if (put !== written) this.#edits.push({ start: node.from, end: node.end, text: put });
    }
  }

  #hide(node: YamlNode): void {
    const written = this.source.text.slice(node.from, node.end);
    const secret = node.kind === 'scalar' && node.from === node.start ? node.value : written;
    const word = this.wordFor(secret);
    // A block scalar ends with the end of its line.
    const inJson = this.source.root?.inFlow === true;
    const put = inJson || written.startsWith('"') ? `"${word}"` : written.endsWith('\n') ? `${word}\n` : word;
    this.#content.push([node.from, node.end]);
    this.#edits.push({ start: node.from, end: node.end, text: put });
  }

  #hideComments(): void {
    const { text, end } = this.source;
    let place = 0;
    for (const [start, stop] of [...this.#content, [end, end] as const].sort(([a], [b]) => a - b)) {
      for (const found of text.slice(place, Math.max(place, start)).matchAll(/#([^\r\n]*)/g)) {
        if (isHarmless(found[1] ?? '')) continue;
        const from = place + found.index + 1;
        this.#edits.push({
          start: from,
          end: from + (found[1] ?? '').length,
          text: ` ${this.wordFor(found[1] ?? '')}`,
        });
      }
      place = Math.max(place, stop);
    }
  }
}

/** A comment of plain words, none of which is about credentials. */
function isHarmless(comment: string): boolean {
  const isPlain = /^(?:[A-Za-z\s.,;:!?()'-]|\b\d{1,4}\b)*$/.test(comment) && !/[A-Za-z]{24}/.test(comment);
  return isPlain && !/secret|token|pass|pwd|\bpw\b|key|credential|auth|bearer|login/i.test(comment);
}

/** A URL may hold a user and a password before its host, and more behind a question mark. */
function withoutUserinfo(text: string): string {
  return text.replaceAll(/(:\/\/)[^/\s"']*@/g, '$1***@').replaceAll(/(:\/\/[^\s"'?]*\?)[^\s"']+/g, '$1***');
}

function isOurs(item: YamlMap): boolean {
  const list = findPair(item, 'extensions')?.value;
  return list?.kind === 'seq' && list.items.some((one) => one.kind === 'map' && textAt(one, 'name') === extensionName);
}

function textAt(map: YamlMap, key: string): string {
  const pair = map.pairs.find((one) => one.key.kind === 'scalar' && keyOf(one.key) === key);
  return pair?.value.kind === 'scalar' ? pair.value.value : '';
}
