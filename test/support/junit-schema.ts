// The common schema of JUnit reports (Ant's, as Jenkins, GitLab and others read it) as a table: attributes and children of
// each element. Reads the little XML that reports are made of; what is not well-formed is a problem, too.

interface ElementRule {
  /** Attributes that must be there, and those that may. */
  required: Record<string, RegExp>;
  optional?: Record<string, RegExp>;
  /** Names of the children in their order, each followed by a space. */
  children: RegExp;
}

const anyText = /^[^]*$/;
const token = /^\S(.*\S)?$/;
const count = /^\d+$/;
const seconds = /^\d+(\.\d+)?$/;
const nothing = /^$/;
const told: ElementRule = { required: { type: anyText }, optional: { message: anyText }, children: nothing };

const elements: Record<string, ElementRule> = {
  testsuites: { required: {}, children: /^(testsuite )*$/ },
  testsuite: {
    required: {
      name: token,
      package: token,
      id: count,
      // ISO 8601 without a time zone and without fractions.
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      hostname: token,
      tests: count,
      failures: count,
      errors: count,
      time: seconds,
    },
    optional: { skipped: count },
    children: /^properties (testcase )*system-out system-err $/,
  },
  properties: { required: {}, children: /^(property )*$/ },
  property: { required: { name: token, value: anyText }, children: nothing },
  testcase: {
    required: { name: token, classname: token, time: seconds },
    children: /^((skipped|error|failure) )?$/,
  },
  failure: told,
  error: told,
  skipped: { required: {}, optional: { message: anyText }, children: nothing },
  'system-out': { required: {}, children: nothing },
  'system-err': { required: {}, children: nothing },
};

interface Open {
  name: string;
  children: string[];
}

/** The violations of the schema or of XML 1.0 by a report; empty for a valid one. */
export function problemsOfJunit(xml: string): string[] {
  const problems: string[] = [];
  if (/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(xml))
    problems.push('a character XML has no place for');
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '');
  const stack: Open[] = [{ name: '', children: [] }];
  const close = (name: string) => {
    const open = stack.pop();
    if (open?.name !== name) problems.push(`</${name}> closes ${open?.name ?? 'nothing'}`);
    else problems.push(...problemsOfChildren(open));
  };
  for (const [, text = '', tag = ''] of body.matchAll(/([^<]*)(<(?:[^<>"]|"[^"<]*")*>|$)/g)) {
    problems.push(...problemsOfText(text));
    if (tag === '') continue;
    const [, slash = '', name = '', attributes = '', end = ''] =
      /^<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>$/.exec(tag) ?? [];
    if (name === '') problems.push(`${tag} is no tag`);
    else if (slash !== '') close(name);
    else {
      stack.at(-1)?.children.push(name);
      problems.push(...problemsOfAttributes(name, attributes));
      stack.push({ name, children: [] });
      if (end !== '') close(name);
    }
  }
  const [root] = stack;
  if (stack.length !== 1 || root?.children.join() !== 'testsuites') problems.push('not one testsuites around all');
  return problems;
}

function problemsOfText(text: string): string[] {
  return [
    ...(/&(?!(amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)/.test(text) ? ['an ampersand of its own'] : []),
    ...(text.includes(']]>') ? [']]> in a text'] : []),
  ];
}

function problemsOfChildren({ name, children }: Open): string[] {
  const written = children.map((child) => `${child} `).join('');
  return elements[name]?.children.test(written) ? [] : [`${name}: children ${written.slice(0, 80) || 'none'}`];
}

function problemsOfAttributes(name: string, text: string): string[] {
  const rule = elements[name];
  if (!rule) return [`${name}: no element of the schema`];
  const given = [...text.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const);
  const known = { ...rule.required, ...rule.optional };
  const names = given.map(([key]) => key);
  return [
    ...Object.keys(rule.required).flatMap((key) => (names.includes(key) ? [] : [`${name}: no ${key}`])),
    ...names.flatMap((key, i) => (names.indexOf(key) === i ? [] : [`${name}: ${key} twice`])),
    ...given.flatMap(([key, value]) => [
      ...(known[key]?.test(value) ? [] : [`${name}: ${key} ${value.slice(0, 80)}`]),
      ...problemsOfText(value),
    ]),
  ];
}
