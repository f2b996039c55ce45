// Puts text of the contract into source files safely, whatever characters it has.

/** A string literal. */
export function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** A doc comment: of one line, and one more for each tag. */
export function comment(text: string, { deprecated = false }: { deprecated?: boolean } = {}): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/').trim();
  return deprecated ? `/**\n * ${line}\n * @deprecated\n */` : `/** ${line} */`;
}

export function regExp(pattern: string): string {
  return String(new RegExp(pattern, 'u'));
}
