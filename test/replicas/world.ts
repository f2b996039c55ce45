// The changes during the test with their times, for comparison with each response. All times are of one monotonic
// clock, in ms.
import { X509Certificate, createHash } from 'node:crypto';

/** Something that callers name: a token or a cluster. */
export interface Thing {
  /** When it was known to be written. */
  readonly since: number;
  /** When its end was begun, and when it was known to be written. */
  endBegan?: number;
  endedAt?: number;
}

export interface Token extends Thing {
  readonly token: string;
  readonly id: string;
  readonly userId: string;
}

export interface TestCluster extends Thing {
  readonly id: string;
  /** Certificates of its CAs in their order, each with when it was known to be written. */
  readonly authorities: { readonly certificatePem: string; readonly since: number }[];
  /** Users who were revoked: generation, and when it was known to be written. */
  readonly generations: Map<string, { generation: number; since: number }[]>;
}

export interface Answer {
  readonly token: Token;
  readonly cluster: TestCluster;
  readonly days: number;
  readonly replica: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** The faults of single responses. `believedMs` is how long a replica may cache what it read. */
export class Judge {
  readonly wrong: string[] = [];
  readonly statuses = new Map<number, number>();
  readonly #believedMs: number;
  readonly #bodies = new Map<string, string>();
  readonly #read = new Map<string, ReturnType<typeof readKubeconfig>>();

  constructor(believedMs: number) {
    this.#believedMs = believedMs;
  }

  take(answer: Answer): void {
    const { status, startedAt, token, cluster, retryAfter } = answer;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (![200, 401, 404, 503].includes(status)) this.#say(answer, `status ${status}: ${answer.body.slice(0, 200)}`);
    if (status === 503 && !/^\d+$/.test(retryAfter ?? '')) this.#say(answer, '503 without Retry-After');
    if (status === 401 && isThere(token, answer)) this.#say(answer, 'a token that counts is refused');
    if (status === 404 && isThere(cluster, answer)) this.#say(answer, 'a cluster that is there is missing');
    if (status !== 200) return;
    const counted = startedAt - this.#believedMs;
    if (token.endedAt !== undefined && token.endedAt < counted) this.#say(answer, 'a revoked token is let in');
    if (cluster.endedAt !== undefined && cluster.endedAt < counted) this.#say(answer, 'a removed cluster is answered');
    this.#takeBody(answer, counted);
  }

  #takeBody(answer: Answer, counted: number): void {
    const { body, cluster, token, days } = answer;
    const hash = createHash('sha256').update(body).digest('base64');
    const read = this.#read.get(hash) ?? readKubeconfig(body);
    this.#read.set(hash, read);
    if (read.userId !== token.userId) this.#say(answer, `the certificate is of ${read.userId}`);
    const least = cluster.authorities.filter(({ since }) => since < counted).length - 1;
    const version = cluster.authorities.findIndex(
      ({ certificatePem }) => certificatePem.trim() === read.authority.trim(),
    );
    if (version < least) this.#say(answer, `the CA is number ${version}, and number ${least} counts`);
    const generations = cluster.generations.get(token.userId) ?? [];
    const leastGeneration = Math.max(
      0,
      ...generations.filter(({ since }) => since < counted).map((one) => one.generation),
    );
    if (read.generation < leastGeneration)
      this.#say(answer, `generation ${read.generation} is handed out, and ${leastGeneration} was confirmed`);
    const key = [token.userId, cluster.id, days, version, read.generation, read.notBefore].join(' ');
    const known = this.#bodies.get(key) ?? hash;
    this.#bodies.set(key, known);
    if (known !== hash) this.#say(answer, `two bodies of ${key}`);
  }

  /** How many different bodies there were. */
  get bodies(): number {
    return this.#bodies.size;
  }

  #say({ replica, startedAt, cluster, token }: Answer, what: string): void {
    const at = `${replica}, ${Math.round(startedAt)} ms, user ${token.userId}, cluster ${cluster.id}`;
    if (this.wrong.length < 50) this.wrong.push(`${what} (${at})`);
  }
}

/** Whether it was written before the request, and its end began after the response. */
function isThere({ since, endBegan = Infinity }: Thing, { startedAt, endedAt }: Answer): boolean {
  return since <= startedAt && endBegan >= endedAt;
}

function readKubeconfig(body: string) {
  const { users, clusters } = JSON.parse(body) as {
    users: [{ user: { 'client-certificate-data': string } }];
    clusters: [{ cluster: { 'certificate-authority-data': string } }];
  };
  const decode = (text: string) => Buffer.from(text, 'base64').toString();
  const { subject, validFrom } = new X509Certificate(decode(users[0].user['client-certificate-data']));
  return {
    authority: decode(clusters[0].cluster['certificate-authority-data']),
    userId: /^CN=(.*)$/m.exec(subject)?.[1],
    generation: Number(/^O=clustercert:generation:(\d+)$/m.exec(subject)?.[1] ?? 0),
    notBefore: validFrom,
  };
}
