// Sends so many requests over kept-alive connections, each as soon as the last one is answered.
import { Pool } from 'undici';

export interface Target {
  path: string;
  headers: Record<string, string>;
}

/** Of several paths, each is requested in its turn. Throws when an answer is not 200 or is empty. */
export async function load(
  url: string,
  { path, headers }: Omit<Target, 'path'> & { path: string | readonly string[] },
  { requests, connections = 50 }: { requests: number; connections?: number },
): Promise<void> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const paths = typeof path === 'string' ? [path] : path;
  let sent = 0;
  const sendAll = async () => {
    while (sent < requests) {
      const next = paths[sent++ % paths.length] ?? '';
      const { statusCode, body } = await pool.request({ method: 'GET', path: next, headers });
      const { byteLength } = await body.arrayBuffer();
      if (statusCode !== 200 || byteLength === 0)
        throw new Error(`${url} answered ${statusCode} with ${byteLength} bytes`);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendAll));
  await pool.close();
}
