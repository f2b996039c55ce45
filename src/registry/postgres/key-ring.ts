// The keys that encrypt secrets before they reach the database, in a file outside it: one key a line, 32 bytes in
// base64. The first one encrypts, all decrypt.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ClusterCertError, quoted, systemErrorCode } from '../../errors.js';

/** The place of a secret, which can be decrypted there only. */
export interface SecretPlace {
  readonly table: string;
  readonly column: string;
  /** The primary key of its row. */
  readonly row: string;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
// A file that lacks a key may just have been replaced by one that has it.
const rereadMs = 1_000;

export class KeyRing {
  readonly file: string;
  #keys: ReadonlyMap<string, Buffer>;
  #readAt = performance.now();

  /** Throws `invalid_argument` for a file that cannot be read or holds no key. */
  constructor(file: string) {
    this.file = file;
    this.#keys = readKeys(file);
  }

  /** IDs of all keys, the one that encrypts first. */
  get ids(): string[] {
    return [...this.#keys.keys()];
  }

  /** ID of the key that encrypts. */
  get currentId(): string {
    return this.ids[0] ?? '';
  }

  /** Whether the file has one of these keys; reads the file again, because it may have changed. */
  hasOneOf(ids: readonly string[]): boolean {
    return ids.some((id) => this.#keys.has(id) || this.#reread(id) !== undefined);
  }

  /** Encrypts with the first key. Nonce, tag and ciphertext in one. */
  seal(secret: Uint8Array, place: SecretPlace): Buffer {
    const [id, key] = [...this.#keys][0] ?? refuse(this.file, 'holds no key');
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(id, place));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Throws `data_unreadable` for a key that is not in the file, and for a secret that was changed or moved. */
  open(sealed: Uint8Array, keyId: string, place: SecretPlace): Buffer {
    const key = this.#keys.get(keyId) ?? this.#reread(keyId);
    if (!key) {
      const message = `it is encrypted with the key ${quoted(keyId)}, which is not in the key file`;
      throw new ClusterCertError('data_unreadable', message);
    }
    const bytes = Buffer.from(sealed);
    const [nonce, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes, nonceBytes + tagBytes)];
    try {
      const options = { authTagLength: tagBytes };
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, options)
        .setAAD(boundTo(keyId, place))
        .setAuthTag(tag);
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
    } catch {
      throw new ClusterCertError('data_unreadable', `its ${place.column} was changed or belongs to another row`);
    }
  }

  #reread(keyId: string): Buffer | undefined {
    if (performance.now() - this.#readAt < rereadMs) return undefined;
    this.#readAt = performance.now();
    try {
      this.#keys = readKeys(this.file);
    } catch {
      // The file may just be being written; the known keys still count.
    }
    return this.#keys.get(keyId);
  }
}

function boundTo(keyId: string, { table, column, row }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify(['clustercert', keyId, table, column, row]));
}

function readKeys(file: string): Map<string, Buffer> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(file, `cannot be read: ${systemErrorCode(error)}`);
  }
  const keys = new Map<string, Buffer>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const key = Buffer.from(line, 'base64');
    if (key.length !== keyBytes || key.toString('base64') !== line)
      refuse(file, "has a line that is no key; 'clustercert data key FILE' makes one");
    const id = createHash('sha256').update('clustercert key ').update(key).digest('hex').slice(0, 16);
    keys.set(id, key);
  }
  return keys.size > 0 ? keys : refuse(file, "holds no key; 'clustercert data key FILE' makes one");
}

function refuse(file: string, why: string): never {
  throw new ClusterCertError('invalid_argument', `the key file ${quoted(file)} ${why}`);
}
