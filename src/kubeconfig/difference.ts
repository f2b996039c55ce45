// The difference of two texts as `diff -u` shows it: removed lines, added lines, and three lines around them.
import { FILE_HEADERS_ONLY, createTwoFilesPatch } from 'diff';

/** Empty where the texts are the same. */
export function difference(name: string, before: string, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
