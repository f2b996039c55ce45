// Requests of the soak: reads, writes, look-ups and refusals over kept connections, each cluster in its turn.
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { projectId } from '../bench/data.js';

export interface Exchange {
  status: number;
  text: string;
  /** The fingerprint of the connection's certificate. */
  fingerprint: string;
}

export class Requests {
  /** Answers that came. */
  answers = 0;
  /** Different kubeconfigs that came. */
  readonly credentials = new Set<string>();
  /** Replaced while requests run. */
  token: string;
  readonly #url: string;
  readonly #agent: Agent;
  readonly #onProblem: (problem: string) => void;

  constructor(url: string, options: { token: string; connections: number; onProblem: (problem: string) => void }) {
    this.#url = url;
    this.token = options.token;
    // The provider's certificate is one of this very program.
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.connections, rejectUnauthorized: false });
    this.#onProblem = options.onProblem;
  }

  /** One request for a cluster, of a kind that depends on the number of the turn. */
  async send(turn: number, clusterId: string): Promise<void> {
    const cluster = `/api/v3/projects/${projectId}/clusters/${clusterId}`;
    const { token } = this;
    if (turn % 10 === 9) await this.#expect(200, 'GET', cluster, { token });
    else if (turn % 50 === 8) await this.#expect(401, 'GET', `${cluster}/clustercert`, { token: `wrong-${turn}` });
    else if (turn % 50 === 4)
      await this.#expect(200, 'POST', `${cluster}/clustercert`, { token, body: '{"duration":30}' });
    else await this.#expect(200, 'GET', `${cluster}/clustercert`, { token });
  }

  /** A GET of a cluster's certificate over a connection of its own. */
  fresh(clusterId: string, token: string): Promise<Exchange> {
    const target = `/api/v3/projects/${projectId}/clusters/${clusterId}/clustercert`;
    return this.#ask('GET', target, { token, agent: new Agent({ rejectUnauthorized: false }) });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #expect(status: number, method: string, target: string, sent: { token: string; body?: string }): Promise<void> {
    try {
      const answer = await this.#ask(method, target, { ...sent, agent: this.#agent });
      this.answers += 1;
      // A token that was replaced meanwhile was right when it was sent.
      if (answer.status !== status && !(answer.status === 401 && sent.token !== this.token))
        this.#onProblem(`${method} ${target}: ${answer.status}`);
      if (answer.text.includes('client-key-data'))
        this.credentials.add(createHash('sha256').update(answer.text).digest('base64'));
    } catch (error) {
      this.#onProblem(`${method} ${target}: ${(error as Error).message}`);
    }
  }

  #ask(method: string, target: string, sent: { token: string; body?: string; agent: Agent }): Promise<Exchange> {
    const { token, body, agent } = sent;
    const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url + target, { method, agent, headers }, (incoming) => {
        const { fingerprint256 } = (incoming.socket as unknown as TLSSocket).getPeerCertificate();
        const chunks: Buffer[] = [];
        incoming
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: incoming.statusCode ?? 0,
              text: Buffer.concat(chunks).toString(),
              fingerprint: fingerprint256,
            }),
          );
      });
      outgoing.on('error', reject).end(body);
    });
  }
}
