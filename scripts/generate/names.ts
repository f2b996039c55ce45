// The operationIds that can become functions which everybody can import.
import { clientHelpers } from './client-text.js';

/** Words that no function may have as its name in a module (ECMA-262, section 12.7.2), and names that would mislead. */
const words = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield async of ' +
    // JavaScript treats a module with an export of this name as a promise.
    'then ' +
    // Names that the functions themselves call.
    'encodeURIComponent ' +
    // Every object has these, so the compiler would not miss the handler.
    'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf'
  ).split(' '),
);

/**
 * The exports of the package besides the functions of the operations.
 *
 * @internal for tests
 */
export const exportedNames = [
  'createClient',
  'isRefusal',
  'orThrow',
  'renewingToken',
  'retrying',
  'signRequest',
  'signWith',
  'tokensFrom',
];

export function isUsableName(name: string): boolean {
  return /^[a-z][A-Za-z0-9]*$/.test(name);
}

export function isTaken(name: string): boolean {
  return words.has(name) || exportedNames.includes(name) || Object.hasOwn(clientHelpers, name);
}
