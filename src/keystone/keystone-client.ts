// Client of an identity service (Keystone, IAM), Identity API v3: gets tokens and looks tokens up. Whatever the service
// does, a call ends within its time-out, and the number of waiting calls is bounded.
import { Agent, type Dispatcher, request } from 'undici';
import { ClusterCertError, systemErrorCode, firstLine, rootCause } from '../errors.js';
import type { TokenRequest } from './cloud-config.js';
import { type CatalogueEntry, readCatalogue } from './catalogue.js';
import type { IssuedToken } from './token-source.js';
import { urlOf } from '../url.js';

export interface KeystoneOptions {
  /** With or without `/v3`. */
  url: string;
  /** CA certificates in PEM, instead of the system's. */
  caPem?: string | undefined;
  /** Sends the requests instead of the agent made from `caPem`: over a proxy, for instance. */
  dispatcher?: Dispatcher | undefined;
  /** For one call, waiting included. */
  timeoutMs?: number;
}

/** The part of a token's description that is read here. */
export interface TokenDescription {
  userId: string;
  /** Of a project-scoped token. */
  projectId: string | undefined;
  expiresAt: Date;
  /** Names of the roles. */
  roles: string[];
  /** IDs and names of the groups that a federated token carries. Names are unique within a domain only. */
  groups: string[];
  /** The trust or credential that the token was made by, instead of its user's own credentials. */
  delegation?: { kind: 'trust' | 'application credential'; id: string };
  /** The access rules of an application credential. */
  accessRules?: { service: string; method: string; path: string }[];
}

/** A new token, with its project and the catalogue of services. */
export interface ScopedToken extends IssuedToken {
  project: { id: string; name: string | undefined } | undefined;
  catalogue: CatalogueEntry[];
}

interface TokenBody {
  error?: unknown;
  token?: {
    'OS-TRUST:trust'?: { id?: unknown };
    application_credential?: { id?: unknown; access_rules?: unknown };
    catalog?: unknown;
    expires_at?: string;
    user?: { id?: string; 'OS-FEDERATION'?: { groups?: { id?: string; name?: string }[] } };
    project?: { id?: string; name?: string };
    roles?: { name?: string }[];
  };
}

const connections = 32;
const waitingAllowed = 256;
// A catalogue of many services is large, but not that large.
const maximumBytes = 4 * 1024 * 1024;
const defaultTimeoutMs = 5_000;

export class KeystoneClient {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #agent: Dispatcher;
  #waiting = 0;

  /** The limits of every agent, whoever makes it. */
  static readonly limits: Agent.Options = { connections, maxResponseSize: maximumBytes };

  constructor({ url, caPem, dispatcher, timeoutMs = defaultTimeoutMs }: KeystoneOptions) {
    this.#url = tokensUrl(url);
    this.#timeoutMs = timeoutMs;
    this.#agent =
      dispatcher ?? new Agent({ ...KeystoneClient.limits, connect: { ...(caPem !== undefined && { ca: caPem }) } });
  }

  /** Gets a token. Throws `unauthenticated` when the credentials are refused, `unavailable` when there is no answer. */
  async issueToken(auth: TokenRequest): Promise<ScopedToken> {
    const { status, token, body } = await this.#call(
      'POST',
      { 'Content-Type': 'application/json' },
      JSON.stringify({ auth }),
    );
    if (status === 400 || status === 401 || status === 403) {
      const reason = reasonIn(body, secretsOf(auth));
      throw new ClusterCertError(
        'unauthenticated',
        `the identity service refuses the credentials (status ${status}${reason && `: ${reason}`})`,
      );
    }
    const expiresAt = new Date(body.token?.expires_at ?? NaN);
    if (status !== 201 || token === '' || Number.isNaN(expiresAt.getTime())) throw nonsense(status);
    const { id, name } = body.token?.project ?? {};
    const project = typeof id === 'string' ? { id, name: typeof name === 'string' ? name : undefined } : undefined;
    return { token, expiresAt, project, catalogue: readCatalogue(body.token?.catalog) };
  }

  /**
   * Looks a token up, with another token that may do so. 'invalid' is about the token looked up, 'refused' about the
   * other, and 'forbidden' means that the other may not look it up. Throws `unavailable` when there is no valid
   * response.
   */
  async describeToken(
    subject: string,
    { authToken }: { authToken: string },
  ): Promise<TokenDescription | 'invalid' | 'refused' | 'forbidden'> {
    const { status, body } = await this.#call('GET', {
      'X-Auth-Token': authToken,
      'X-Subject-Token': subject,
      // Without this header, Keystone hides tokens with access rules; with it, we must enforce the rules.
      'OpenStack-Identity-Access-Rules': '1',
    });
    // A gateway in front may send the same status for its own reasons, in JSON too; only the service's own form counts.
    const said = (body.error as { code?: unknown } | null | undefined)?.code === status;
    if (status === 404 && said) return 'invalid';
    if (status === 401 && said) return 'refused';
    if (status === 403 && said) return 'forbidden';
    const description = status === 200 || status === 203 ? readDescription(body) : undefined;
    if (!description) throw nonsense(status);
    return description;
  }

  async #call(method: 'GET' | 'POST', headers: Record<string, string>, content?: string) {
    if (this.#waiting >= waitingAllowed) throw unavailable('too many requests to the identity service are waiting');
    this.#waiting += 1;
    try {
      const signal = AbortSignal.timeout(this.#timeoutMs);
      const response = await request(this.#url, {
        method,
        headers: { Accept: 'application/json', ...headers },
        body: content ?? null,
        dispatcher: this.#agent,
        signal,
      });
      const text = await response.body.text();
      const { 'x-subject-token': token } = response.headers;
      return { status: response.statusCode, token: typeof token === 'string' ? token : '', body: parseObject(text) };
    } catch (error) {
      throw unavailable(`the identity service does not answer: ${reasonOf(error)}`, error);
    } finally {
      this.#waiting -= 1;
    }
  }
}

function tokensUrl(url: string): string {
  if (!/^https?:$/.test(urlOf(url)?.protocol ?? '')) {
    throw new ClusterCertError(
      'invalid_argument',
      // It may hold a password before the host.
      `the identity service's address '${url.replace(/[^/\s]*@/g, '***@')}' is not usable; it must be a URL such as https://iam.example/v3`,
    );
  }
  const base = url.replace(/\/+$/, '');
  return `${base.endsWith('/v3') ? base : `${base}/v3`}/auth/tokens`;
}

/** Services and proxies send errors in all forms; only objects are read. */
function parseObject(text: string): TokenBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Undefined for anything but the description of a token. */
function readDescription({ token }: TokenBody): TokenDescription | undefined {
  const { user, project, roles = [], expires_at: end } = token ?? {};
  const expiresAt = new Date(end ?? NaN);
  const groups = user?.['OS-FEDERATION']?.groups ?? [];
  if (typeof user?.id !== 'string' || Number.isNaN(expiresAt.getTime())) return undefined;
  if (!isObjects(roles) || !isObjects(groups)) return undefined;
  return {
    userId: user.id,
    projectId: project?.id,
    expiresAt,
    roles: roles.map(({ name }) => name).filter((name) => typeof name === 'string'),
    groups: groups.flatMap(({ id, name }) => [id, name]).filter((name) => typeof name === 'string'),
    ...delegationOf(token ?? {}),
    ...accessRulesOf(token?.application_credential?.access_rules),
  };
}

function delegationOf(token: NonNullable<TokenBody['token']>): Pick<TokenDescription, 'delegation'> {
  const { 'OS-TRUST:trust': trust, application_credential: credential } = token;
  if (typeof trust?.id === 'string') return { delegation: { kind: 'trust', id: trust.id } };
  if (typeof credential?.id === 'string') return { delegation: { kind: 'application credential', id: credential.id } };
  return {};
}

/** An unreadable rule allows nothing, and so does an unreadable list. */
function accessRulesOf(rules: unknown): Pick<TokenDescription, 'accessRules'> {
  if (rules === undefined || rules === null) return {};
  const list: Record<string, unknown>[] = isObjects(rules) ? (rules as Record<string, unknown>[]) : [];
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    accessRules: list.map(({ service, method, path }) => ({
      service: text(service),
      method: text(method),
      path: text(path),
    })),
  };
}

function isObjects(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
}

function nonsense(status: number): ClusterCertError {
  return unavailable(`the identity service answers with status ${status} and not as Identity API v3 says`);
}

/** The service's own words about a refusal, on one line and without the secrets of the request. */
function reasonIn({ error }: TokenBody, secrets: readonly string[]): string {
  const { message } = (error ?? {}) as { message?: unknown };
  if (typeof message !== 'string') return '';
  return secrets
    .reduce((text, secret) => text.replaceAll(secret, '…'), firstLine({ message: message.trim() }))
    .replaceAll(/\p{C}+|(?<=:\/\/)[^/\s]*(?=@)|[\w+/=~-]{40,}/gu, '…')
    .replace(/\.$/, '')
    .slice(0, 300);
}

/** The secrets of a token request. */
function secretsOf({ identity }: TokenRequest): string[] {
  const found: string[] = [];
  JSON.stringify(identity, (key, value: unknown) => {
    const isSecret = ['password', 'secret', 'passcode', 'id'].includes(key);
    if (isSecret && typeof value === 'string' && value.length > 3) found.push(value);
    return value;
  });
  return found;
}

/** The reason for a failed connection, without anything that the service sent. */
function reasonOf(error: unknown): string {
  const { name } = (error ?? {}) as Partial<Error>;
  if (name === 'TimeoutError') return 'it timed out';
  // OpenSSL's own message is a number and a line of its source.
  if (systemErrorCode(error) === 'ERR_SSL_WRONG_VERSION_NUMBER' || /wrong version number/.test(firstLine(error)))
    return 'it speaks no TLS; is it http rather than https?';
  // Where a name has several IP addresses, the common error has a code and no message.
  return firstLine(rootCause(error)) || systemErrorCode(error);
}

/** Keystone's own messages may repeat a token, so they are dropped. */
function unavailable(message: string, cause?: unknown): ClusterCertError {
  return new ClusterCertError('unavailable', message, {
    cause:
      cause === undefined ? undefined : Object.assign(new Error(firstLine(cause)), { code: systemErrorCode(cause) }),
  });
}
