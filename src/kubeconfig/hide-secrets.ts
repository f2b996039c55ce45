// A kubeconfig's text for people to look at: what may be a secret is replaced by a word that shows only whether two are
// the same, and only within one run.
import { createHmac, randomBytes } from 'node:crypto';
import { type Document, LineCounter, type Scalar, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import { extensionName } from './cluster-entries.js';
import { applyEdits } from './kubeconfig-source.js';

/** What in a user entry is no secret; all else of it is hidden. */
const harmless = ['name', 'apiVersion', 'command', 'client-certificate', 'client-key', 'tokenFile', 'username'];
const harmlessInOurs = ['args', 'env', 'value', 'interactiveMode', 'installHint', 'provideClusterInfo', 'extensions'];
const suspicious = /secret|token|password|passwd|key-data|private|credential|auth(orization)?$|proxy-url/i;

/** Gives a function that hides; one secret gets one word from it. */
export function createHider(): (text: string) => string {
  const key = randomBytes(16);
  const wordFor = (secret: string) => `<hidden ${createHmac('sha256', key).update(secret).digest('hex').slice(0, 6)}>`;
  return (text) => {
    const edits = parseAllDocuments(text, { lineCounter: new LineCounter(), logLevel: 'silent' }).flatMap((document) =>
      secretsIn(document as Document).map((node) => {
        const [start = 0, end = 0] = node.range ?? [];
        const written = text.slice(start, end);
        const word = wordFor(String(node.value));
        // A block scalar ends with the end of its line.
        return {
          start,
          end,
          text: written.startsWith('"') ? `"${word}"` : written.endsWith('\n') ? `${word}\n` : word,
        };
      }),
    );
    return applyEdits(text, edits);
  };
}

function secretsIn(document: Document): Scalar[] {
  const found: Scalar[] = [];
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || node.value === null || node.value === '') return;
      const keys = path.flatMap((step) => ('key' in step && isScalar(step.key) ? [String(step.key.value)] : []));
      if (isSecret(keys, path.some(isOurEntry))) found.push(node);
    },
  });
  return found;
}

/** `keys` lead from the root to the value. */
function isSecret(keys: string[], inOurEntry: boolean): boolean {
  const last = keys.at(-1) ?? '';
  if (keys[0] !== 'users') return keys.some((key) => suspicious.test(key));
  if (keys.includes('extensions') || harmless.includes(last)) return false;
  return !(inOurEntry && harmlessInOurs.includes(last));
}

/** The user entries that this program writes have no secrets but keys. */
function isOurEntry(node: unknown): boolean {
  const extensions = isMap(node) ? node.get('extensions') : undefined;
  return isSeq(extensions) && extensions.items.some((one) => isMap(one) && one.get('name') === extensionName);
}
