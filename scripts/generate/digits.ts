// Writes a contract out with the digits of integers that JavaScript's numbers cannot hold.
import { type Places, isObject } from './places.js';

const mark = '\uE017';

/** A copy in which such integers are texts between two marks. */
export function markDigits<Value>(value: Value, places: Places): Value {
  if (!isObject(value)) return value;
  const copy = (Array.isArray(value) ? [] : {}) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value)) {
    const digits = places.digitsAt(value, key);
    copy[key] = digits === undefined ? markDigits(member, places) : mark + digits + mark;
  }
  return copy as Value;
}

/** The text with the digits in place of the marks. */
export function unmarkDigits(text: string): string {
  return text.replaceAll(new RegExp(`(["']?)(?:${mark}|\\\\ue017)(-?\\d+)(?:${mark}|\\\\ue017)\\1`, 'gi'), '$2');
}
