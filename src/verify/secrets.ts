// Secrets, which may appear only in the kubeconfig itself: in no other response, and in no report.

/** Shorter texts occur by chance. */
const shortestSecret = 6;
/** Parts of secrets with this length count as secret. */
const partLength = 16;

/** Secrets of one target: those sent, and the private keys received. */
export class Secrets {
  /** The traces to find in responses. */
  readonly #shortTraces = new Set<string>();
  readonly #longTraces = new LongTexts();
  /** The texts to mask in reports. */
  readonly #covered = new Set<string>();
  readonly #shortCovered = new Set<string>();
  readonly #longCovered = new LongTexts();

  /** Adds a token or secret key, or something close to one, that is sent. */
  addSent(secret: string): void {
    if (secret.length < shortestSecret || secret.includes(' ') || this.#covered.has(secret)) return;
    this.#cover(secret);
    for (const part of formsOf(secret).flatMap(partsOf)) this.#addTrace(part);
  }

  /** One that is as good as nothing in parts, such as the signature that a wrong one should have been. */
  addWhole(secret: string): void {
    if (this.#covered.has(secret)) return;
    this.#cover(secret);
    this.#addTrace(secret);
  }

  addReceived(secret: string): void {
    if (secret.length >= partLength && !this.#covered.has(secret)) this.#cover(secret);
  }

  /** Adds private keys in a value, at any depth and under any name. */
  addKeysOf(value: unknown, isKey = false): void {
    if (typeof value === 'string') {
      if (value.length >= partLength && (isKey || hasPrivateKey(value))) this.#addKey(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) this.addKeysOf(inner, isKey || /key|secret|passw/i.test(name));
    }
  }

  /** Adds private keys in a text that is not JSON. */
  addKeysIn(text: string): void {
    if (!hasPrivateKey(text)) return;
    for (const [run] of text.matchAll(/[A-Za-z0-9+/_=-]{40,}/g)) this.#addKey(run);
  }

  #addKey(text: string): void {
    let layer = text;
    // Some providers encode base64 twice.
    for (let depth = 0; depth < 3; depth += 1) {
      this.addReceived(layer);
      for (const line of layer.split(/\r?\n/)) if (!line.startsWith('-----')) this.addReceived(line);
      layer = Buffer.from(layer, 'base64').toString('latin1');
    }
  }

  #cover(secret: string): void {
    this.#covered.add(secret);
    for (const text of [...formsOf(secret), ...partsOf(secret)])
      (text.length < partLength ? this.#shortCovered : this.#longCovered).add(text);
  }

  #addTrace(trace: string): void {
    (trace.length < partLength ? this.#shortTraces : this.#longTraces).add(trace);
  }

  /** Whether a text has a sent secret, or a large part of one, as it is or in another encoding. */
  sentIn(text: string): boolean {
    const plain = text.replaceAll('\\/', '/');
    if ([...this.#shortTraces].some((trace) => plain.includes(trace))) return true;
    return this.#longTraces.nextIn(plain, 0) !== undefined;
  }

  /** A value with each of its texts masked. */
  maskAll<T>(value: T): T {
    if (typeof value === 'string') return this.mask(value) as T;
    if (Array.isArray(value)) return value.map((one: unknown) => this.maskAll(one)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.maskAll(inner)])) as T;
  }

  /** The text with all secrets masked. */
  mask(text: string): string {
    let masked = '';
    let kept = 0;
    for (let next = this.#longCovered.nextIn(text, 0); next; next = this.#longCovered.nextIn(text, kept)) {
      masked += `${text.slice(kept, next.at)}***`;
      kept = next.at + next.length;
    }
    masked += text.slice(kept);
    return [...this.#shortCovered].reduce((rest, secret) => rest.replaceAll(secret, '***'), masked);
  }
}

/** Texts of at least the length of a part. With hundreds of them, another text is still read through once. */
class LongTexts {
  readonly #byStart = new Map<string, Set<string>>();
  /** Whether some text may start with three characters: at most places of a text, none does. */
  readonly #mayStart = new Uint8Array(2 ** 16);

  add(text: string): void {
    const start = text.slice(0, partLength);
    this.#byStart.set(start, (this.#byStart.get(start) ?? new Set()).add(text));
    this.#mayStart[hashAt(text, 0)] = 1;
  }

  /** The first place in a text, from a place on, where one of these texts stands, and the length of the longest there. */
  nextIn(text: string, from: number): { at: number; length: number } | undefined {
    for (let at = from; at + partLength <= text.length; at += 1) {
      if (this.#mayStart[hashAt(text, at)] === 0) continue;
      const known = this.#byStart.get(text.slice(at, at + partLength)) ?? [];
      const found = [...known].filter((one) => text.startsWith(one, at));
      if (found.length > 0) return { at, length: Math.max(...found.map(({ length }) => length)) };
    }
    return undefined;
  }
}

/** 16 bits of the three characters at a place. */
const hashAt = (text: string, at: number) =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [...new Set([secret, encodeURIComponent(secret), base64, bytes.toString('base64url'), bytes.toString('hex')])];
}

/**
 * The secret itself if it is short, otherwise pieces of it, so that any quotation of twice their length contains one.
 * The first piece is left out, because tokens of one kind begin alike.
 */
function partsOf(secret: string): string[] {
  if (secret.length < 3 * partLength) return [secret];
  const parts = [];
  for (let at = partLength; at + partLength <= secret.length; at += partLength) {
    parts.push(secret.slice(at, at + partLength));
  }
  return parts;
}

/** Whether a text has signs of a private key, as PEM or as base64 of PEM at any offset. */
function hasPrivateKey(text: string): boolean {
  return /PRIVATE KEY|UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW/.test(text);
}

/** The same below further layers of base64, such as a whole kubeconfig in a header. */
export function hidesPrivateKey(text: string, depth = 3): boolean {
  if (hasPrivateKey(text)) return true;
  if (depth === 0) return false;
  const runs = text.matchAll(/[A-Za-z0-9+/_-]{64,}/g);
  return [...runs].some(([run]) => hidesPrivateKey(Buffer.from(run, 'base64').toString('latin1'), depth - 1));
}
