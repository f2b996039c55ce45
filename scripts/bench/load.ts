// Sends so many requests over kept-alive connections, each as soon as the last one is answered.
import { Pool } from 'undici';

export interface Target {
  path: string;
  headers: Record<string, string>;
}

/** Throws when an answer is not 200 or is empty. */
export async function load(
  url: string,
  { path, headers }: Target,
  { requests, connections = 50 }: { requests: number; connections?: number },
): Promise<void> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  let left = requests;
  const sendAll = async () => {
    while (left-- > 0) {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
      const { byteLength } = await body.arrayBuffer();
      if (statusCode !== 200 || byteLength === 0)
        throw new Error(`${url} answered ${statusCode} with ${byteLength} bytes`);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendAll));
  await pool.close();
}
