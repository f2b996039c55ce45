// Sends a number of requests over kept-alive connections, each as soon as the last one is answered.
import { Pool } from 'undici';

export interface Target {
  path: string;
  headers: Record<string, string>;
}

/**
 * Of several paths, each is requested in its turn. Throws when an answer is not 200 or is empty; with `repeats503`, a request
 * that met a database too busy to answer in time is sent again.
 */
export async function load(
  url: string,
  { path, headers }: Omit<Target, 'path'> & { path: string | readonly string[] },
  { requests, connections = 50, repeats503 = false }: { requests: number; connections?: number; repeats503?: boolean },
): Promise<void> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const paths = typeof path === 'string' ? [path] : path;
  let sent = 0;
  const sendOne = async (next: string) => {
    const { statusCode, body } = await pool.request({ method: 'GET', path: next, headers });
    return { statusCode, byteLength: (await body.arrayBuffer()).byteLength };
  };
  const sendAll = async () => {
    while (sent < requests) {
      const next = paths[sent++ % paths.length] ?? '';
      let { statusCode, byteLength } = await sendOne(next);
      while (repeats503 && statusCode === 503) ({ statusCode, byteLength } = await sendOne(next));
      if (statusCode !== 200 || byteLength === 0)
        throw new Error(`${url} answered ${statusCode} with ${byteLength} bytes`);
    }
  };
  await Promise.all(Array.from({ length: connections }, sendAll));
  await pool.close();
}
