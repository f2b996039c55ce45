// The certificate and the key of the provider's TLS: read from two files, checked, and read again when the files
// change. An unusable pair is never accepted.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { ClusterCertError, firstLine, quoted } from '../errors.js';
import type { Log } from './log.js';

/** Certificate, with its chain, and private key in PEM. */
export interface TlsPair {
  cert: string;
  key: string;
}

export interface TlsFilesOptions {
  certFile: string;
  keyFile: string;
  now?: () => Date;
}

// Files are polled, not watched: file systems of containers, and files that are replaced by links, send no events.
const lookMs = 2_000;

export class TlsFiles {
  readonly #options: Required<TlsFilesOptions>;
  #versions = '';

  constructor({ now = () => new Date(), ...files }: TlsFilesOptions) {
    this.#options = { ...files, now };
  }

  /** The present pair. Throws `data_unreadable` for an unusable one: unreadable, mismatched or not valid now. */
  async read(): Promise<TlsPair> {
    const { certFile, keyFile, now } = this.#options;
    this.#versions = this.#look();
    try {
      const [cert, key] = await Promise.all([readText(certFile), readText(keyFile)]);
      checkPair({ cert, key }, now());
      return { cert, key };
    } catch (cause) {
      throw new ClusterCertError('data_unreadable', `the TLS files cannot be used: ${firstLine(cause)}`, { cause });
    }
  }

  /** Reads the pair again now, and uses it if possible; otherwise the old one stays. Never rejects. */
  async reload(take: (pair: TlsPair) => void, log: Log): Promise<void> {
    try {
      const pair = await this.read();
      take(pair);
      const { subject, validTo } = new X509Certificate(pair.cert);
      log.info({ subject: subject.replaceAll('\n', ', '), notAfter: new Date(validTo) }, 'TLS files loaded');
    } catch (error) {
      log.error({ cause: firstLine(error) }, 'TLS files not loaded; the old ones stay');
    }
  }

  /** Reloads whenever a file changed. Does not keep the process running. */
  follow(take: (pair: TlsPair) => void, log: Log): { stop: () => void } {
    const timer = setInterval(() => {
      if (this.#look() !== this.#versions) void this.reload(take, log);
    }, lookMs).unref();
    return { stop: () => clearInterval(timer) };
  }

  #look(): string {
    const { certFile, keyFile } = this.#options;
    return [certFile, keyFile].map((file) => versionOf(statSync(file, { throwIfNoEntry: false }))).join(' ');
  }
}

function versionOf(stats: Stats | undefined): string {
  return stats ? `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}` : 'missing';
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${quoted(file)} cannot be read: ${firstLine(error)}`);
  });
}

function checkPair({ cert, key }: TlsPair, now: Date): void {
  createSecureContext({ cert, key });
  const { validFrom, validTo, ...certificate } = leafOf(cert);
  // TLS compares only keys of the same kind, and with others every handshake would fail.
  if (!certificate.fits(key)) throw new Error('the key is not that of the certificate');
  if (now > validTo) throw new Error(`the certificate expired at ${validTo.toISOString()}`);
  if (now < validFrom) throw new Error(`the certificate is not valid before ${validFrom.toISOString()}`);
}

function leafOf(pem: string) {
  const leaf = new X509Certificate(pem);
  return {
    validFrom: new Date(leaf.validFrom),
    validTo: new Date(leaf.validTo),
    fits: (key: string) => leaf.checkPrivateKey(createPrivateKey(key)),
  };
}
