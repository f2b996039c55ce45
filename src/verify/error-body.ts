// Bodies of error responses: one of the shapes of the documentation and of live providers.
import type { Answer } from './session.js';
import { errorPropertyOf, judgeValue } from './contract-schema.js';
import { type Fault, show } from './finding.js';
import type { Parsed } from './strict-json.js';

const source = 'Status Code page, error response: errorCode, errorMessage';
/**
 * The codes of 409 are for resources that exist already or are out of date; other conflicts have the code of their
 * class.
 */
const statusesWithCodes = [400, 401, 403, 404, 429, 500];

/** The faults of an error body; its wording is free. */
export function judgeErrorBody(answer: Answer, parsed: Parsed): Fault[] {
  if (answer.sent.method === 'HEAD') return [];
  const { status } = answer;
  // Not all errors come from the service: gateways and servers in front refuse too.
  const strict = ![413, 414, 431].includes(status) && status < 500 && !(status === 405 && answer.body.length === 0);
  if (parsed.problem !== undefined) {
    return [
      {
        where: 'the body',
        expected: 'a JSON object with errorCode and errorMessage',
        received: parsed.problem,
        source,
        ...(!strict && { severity: 'warning' as const }),
      },
    ];
  }
  const body = parsed.value;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return [{ where: 'the body', expected: 'a JSON object', received: show(body), source }];
  }
  const fields = body as Record<string, unknown>;
  const nested = fields['error'];
  if (typeof nested === 'object' && nested !== null && 'message' in nested) return judgeMembers(nested, status, true);
  const pairs = [
    ['errorCode', 'errorMessage'],
    ['error_code', 'error_msg'],
  ];
  const complete = pairs.some((pair) => pair.every((name) => name in fields));
  const faults: Fault[] = judgeMembers(fields, status, false);
  for (const [code = '', message = ''] of pairs) {
    if (code in fields !== message in fields && !complete) {
      const missing = code in fields ? message : code;
      faults.push({
        where: missing,
        expected: `to be there beside ${missing === code ? message : code}`,
        received: 'nothing',
        source,
      });
    }
  }
  const hasNone = pairs.flat().every((name) => !(name in fields));
  if (!complete && (hasNone || faults.length === 0)) {
    const received = `members ${Object.keys(fields).slice(0, 8).join(', ') || 'none'}`;
    const fault: Fault = {
      where: 'errorCode, errorMessage',
      expected: 'to be there (or error_code and error_msg)',
      received,
      source,
    };
    // Members of another form of errors, such as a code in words, need not be as the contract has them.
    return [fault, ...(hasNone ? [] : faults)];
  }
  if (complete && fields['kind'] === 'Status' && !('errorCode' in fields && 'errorMessage' in fields)) {
    faults.push({
      where: 'errorCode, errorMessage',
      expected: 'the documented pair beside the others',
      received: 'nothing',
      source,
    });
  }
  return faults;
}

function judgeMembers(fields: Record<string, unknown>, status: number, nested: boolean): Fault[] {
  const faults = Object.entries(fields).flatMap(([name, value]) => {
    const schema = errorPropertyOf(name);
    return schema && !(nested && name === 'code') && !(name === 'status' && nested)
      ? judgeValue(schema, value, name, `the contract, ErrorStatus, ${name}`)
      : [];
  });
  const texts = ['errorCode', 'errorMessage', 'error_code', 'error_msg', 'message'];
  for (const name of texts.filter((name) => name in fields)) {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '') continue;
    if (faults.some(({ where }) => where === name)) continue;
    faults.push({
      where: name,
      expected: 'a string with text in it',
      received: show(value),
      source: `${source}, ${name}`,
    });
  }
  const { code, errorCode } = fields;
  if (typeof code === 'number' && code !== status && faults.every(({ where }) => where !== 'code')) {
    faults.push({
      where: 'code',
      expected: `the HTTP status, ${status}`,
      received: show(code),
      source: 'the contract, ErrorStatus, code',
    });
  }
  const told = typeof errorCode === 'string' ? /^CCE\.\d\d(\d{3})\d{3}$/.exec(errorCode)?.[1] : undefined;
  if (told !== undefined) {
    const fits = statusesWithCodes.includes(status) ? Number(told) === status : told[0] === String(status)[0];
    if (!fits) {
      faults.push({
        where: 'errorCode',
        expected: `a code of the HTTP status ${status}`,
        received: show(errorCode),
        source: 'Error Codes page, errorCode',
      });
    }
  }
  return faults;
}
