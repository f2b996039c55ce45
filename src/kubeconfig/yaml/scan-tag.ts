// Tags and directives of YAML 1.1.
import { type Cursor, isBlank, isBlankOrEnd, isBreakOrEnd } from './cursor.js';

const coreTags = 'tag:yaml.org,2002:';
const uriCharacter = /^[A-Za-z0-9_\-;/?:@&=+$,.!~*'()[\]%]$/;

/** The tag: `tag:yaml.org,2002:str` for `!!str`, else as it is written. */
export function scanTag(cursor: Cursor): string {
  const start = cursor.offset;
  cursor.skip();
  let tag: string;
  if (cursor.char() === '<') {
    cursor.skip();
    tag = cursor.readWhile(uriCharacter);
    if (tag === '' || cursor.char() !== '>') throw cursor.error('a tag is not closed', start);
    cursor.skip();
  } else {
    const handle = cursor.readWhile(/^[A-Za-z0-9_-]$/);
    const rest = cursor.readWhile(uriCharacter);
    if (handle !== '' && rest.startsWith('!')) throw cursor.error('a tag has a handle that is not defined', start);
    if (rest === '!' && handle === '') throw cursor.error('a tag has no name', start);
    tag = handle === '' && rest.startsWith('!') ? coreTags + rest.slice(1) : `!${handle}${rest}`;
  }
  if (/%(?![0-9A-Fa-f]{2})/.test(tag)) throw cursor.error('a tag has a wrong escape', start);
  if (!isBlankOrEnd(cursor.code())) throw cursor.error('a tag is followed by something other than white space', start);
  return tag;
}

/** A directive line: `TAG`, or `YAML` with its version. */
export function scanDirective(cursor: Cursor): string {
  const start = cursor.offset;
  cursor.skip();
  const name = cursor.readWhile(/^[A-Za-z0-9_-]$/);
  if (name !== 'YAML' && name !== 'TAG') throw cursor.error('a directive is not known', start);
  if (!isBlank(cursor.code())) throw cursor.error('a directive has no value', start);
  cursor.skipBlanks();
  const value = cursor.readWhile(name === 'YAML' ? /^[0-9.]$/ : uriCharacter);
  if (value === '' || (name === 'YAML' && !/^\d+\.\d+$/.test(value)))
    throw cursor.error('a directive has no value', start);
  if (name === 'TAG') {
    cursor.skipBlanks();
    cursor.readWhile(uriCharacter);
  }
  cursor.skipBlanks();
  if (cursor.char() === '#') cursor.skipToBreak();
  if (!isBreakOrEnd(cursor.code())) throw cursor.error('a directive is followed by something else', start);
  cursor.readBreak();
  return name === 'YAML' ? `YAML ${value}` : name;
}
