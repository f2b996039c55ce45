// Every edit as a pair of whole contracts, there and back.
import { type Edit, type Json, contract } from './contract.js';
import { documentEdits, editPairs } from './document-edits.js';
import { headerPairs, parameterPairs, schemaPairs, schemaPairs31 } from './schema-edits.js';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access --
   edits reach deep into an untyped document */

export interface Case {
  readonly name: string;
  readonly old: object;
  readonly now: object;
}

const places: Record<string, (schema: Json) => Edit> = {
  request: (schema) => (d: any) => (d.components.schemas.Order.properties.note = schema),
  response: (schema) => (d: any) => (d.components.schemas.Receipt.properties.state = schema),
  parameter: (schema) => (d: any) => (d.paths['/orders'].post.parameters[0].schema = schema),
  header: (schema) => (d: any) => (d.paths['/orders'].post.responses['201'].headers['X-Id'].schema = schema),
};

export function allCases(): Case[] {
  return [
    ...Object.entries(schemaPairs).flatMap(([name, [wide, narrow]]) =>
      Object.entries(places)
        .filter(([place]) => place !== 'parameter' || parameterPairs.includes(name))
        .filter(([place]) => place !== 'header' || headerPairs.includes(name))
        .flatMap(([place, edit]) => both(`${place}: ${name}`, edit(wide), edit(narrow))),
    ),
    ...Object.entries(schemaPairs31).flatMap(([name, [wide, narrow]]) =>
      ['request', 'response'].flatMap((place) => {
        const edit = places[place];
        return edit ? both(`${place}, 3.1: ${name}`, edit(wide), edit(narrow), '3.1.0') : [];
      }),
    ),
    ...Object.entries(documentEdits).flatMap(([name, edit]) => both(name, () => undefined, edit)),
    ...Object.entries(editPairs).flatMap(([name, [old, now]]) => both(name, old, now)),
  ];
}

function both(name: string, before: Edit, after: Edit, version?: string): Case[] {
  const [old, now] = [before, after].map((edit) => {
    const document = contract(version) as object;
    edit(document);
    return document;
  }) as [object, object];
  return [
    { name: `${name}, there`, old, now },
    { name: `${name}, back`, old: now, now: old },
  ];
}
