// A line of the log for people: time, level, message, subject, the rest as name=value.

interface Line extends Record<string, unknown> {
  level?: string;
  time?: string;
  msg?: string;
  method?: string;
  path?: string;
  res?: { statusCode?: number };
  responseTime?: number;
  cause?: { message?: string };
}

/** `line` is JSON as pino writes it; any other text stays as it is. */
export function readable(line: string): string {
  let parsed: Line;
  try {
    parsed = JSON.parse(line) as Line;
  } catch {
    return line;
  }
  const { level = '', time = '', msg = '', method, path, res, responseTime, cause, ...rest } = parsed;
  const request =
    method === undefined ? '' : `${method} ${path ?? ''} ${res?.statusCode ?? ''} ${responseTime ?? ''} ms`;
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${plain(value)}`);
  const parts = [time.slice(11, 19), level.padEnd(5), msg, request, cause?.message ?? '', ...fields];
  // Callers choose some values, so terminal control codes are removed.
  return `${parts
    .filter((part) => part !== '')
    .join(' ')
    .replaceAll(/\p{C}/gu, '?')}\n`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
