// A provider as a process of its own, which can be killed, stopped and started again; and requests to it.
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { startServe } from '../support/command-line.js';

export interface Response {
  status: number;
  retryAfter: string | undefined;
  body: string;
}

export class Replica {
  readonly name: string;
  /** Requests that failed without a response while the process ran. */
  readonly failures: string[] = [];
  readonly #environment: Record<string, string>;
  readonly #agent = new Agent({ keepAlive: true });
  #running: Awaited<ReturnType<typeof startServe>> | undefined;
  #logs = '';

  constructor(name: string, environment: Record<string, string>) {
    this.name = name;
    this.#environment = environment;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Everything that its processes wrote. */
  get log(): string {
    return this.#logs + (this.#running ? this.#running.stdout() + this.#running.stderr() : '');
  }

  async start(): Promise<void> {
    const options = ['--caller-limit', '0', '--address-limit', '0', '--idle-timeout', '600s', '--no-demo'];
    this.#running = await startServe({ environment: { ...process.env, ...this.#environment } as never }, ...options);
  }

  /** As a supervisor does: one that ended because the database is away is started again. */
  async startAnyhow(): Promise<void> {
    for (;;)
      try {
        await this.start();
        return;
      } catch (error) {
        const message = (error as Error).message;
        if (!/^serve ended: error: the database \S+ fails: .*\n$/.test(message)) throw error;
        await setTimeout(200);
      }
  }

  send(signal: NodeJS.Signals): void {
    this.#running?.child.kill(signal);
  }

  /** Ends it in the middle of everything. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.child.kill('SIGKILL');
    const { stdout, stderr } = (await running?.ended) ?? { stdout: '', stderr: '' };
    this.#logs += stdout + stderr;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Its response; undefined while it does not run, and for a missing response. */
  async ask(
    path: string,
    { token, body }: { token: string; body?: string | undefined },
  ): Promise<Response | undefined> {
    const running = this.#running;
    if (!running) return undefined;
    try {
      return await this.#send(running.url + path, token, body);
    } catch (error) {
      // One that was killed meanwhile owes nothing.
      if (this.#running === running) this.failures.push(`${this.name}: ${String(error)}`);
      return undefined;
    }
  }

  #send(url: string, token: string, body: string | undefined): Promise<Response> {
    return new Promise((resolve, reject) => {
      const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
      const options = { agent: this.#agent, headers, method: body === undefined ? 'GET' : 'POST' };
      const sent = request(url, options, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('error', reject).on('end', () => {
          const retryAfter = incoming.headers['retry-after'];
          resolve({ status: incoming.statusCode ?? 0, retryAfter, body: text });
        });
      });
      sent.on('error', reject).end(body);
    });
  }
}
