// Reads the PEM blocks of a credential's part, given in the kubeconfig as base64 or as the path of a file; broken
// blocks between good ones are ignored, as by kubectl.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type PemBlock, decodeBase64, readPem } from '../verify/pem.js';
import { systemErrorCode, firstLine } from '../errors.js';
import type { Remarks } from './finding.js';

export type PemField = 'certificate-authority' | 'client-certificate' | 'client-key';

interface Given {
  readonly fields: { readonly [Name in PemField | `${PemField}-data`]?: string };
  readonly folder: string;
}

/** Whether a part is given; an empty one is not. */
export function isGiven({ fields }: Pick<Given, 'fields'>, name: PemField): boolean {
  return hasText(fields[name]) || hasText(fields[`${name}-data`]);
}

/** The blocks of `NAME-data` or of the file `NAME`; undefined if neither is given or usable. */
export async function readPemField(given: Given, name: PemField, remarks: Remarks): Promise<PemBlock[] | undefined> {
  const bytes = await readBytes(given, name, remarks);
  if (bytes === undefined) return undefined;
  const { blocks, problem } = readPem(bytes);
  if (blocks.length === 0) {
    remarks.error(`${name} holds ${problem ?? 'no PEM block'}`);
    return undefined;
  }
  if (problem !== undefined) remarks.warning(`${name} also holds ${problem}`);
  return blocks;
}

async function readBytes({ fields, folder }: Given, name: PemField, remarks: Remarks): Promise<Buffer | undefined> {
  const { [name]: file, [`${name}-data` as const]: data } = fields;
  if (hasText(file) && hasText(data))
    remarks.error(`has both ${name} and ${name}-data; kubectl accepts only one of them`);
  if (hasText(data)) {
    const bytes = decodeBase64(data);
    if (typeof bytes !== 'string') return bytes;
    if (['REDACTED', 'DATA+OMITTED'].includes(data)) {
      remarks.error(`${name}-data is left out, as 'kubectl config view' does; it shows all with --raw`);
      return undefined;
    }
    remarks.error(`${name}-data is ${bytes}; kubectl refuses the whole file`);
    return undefined;
  }
  return hasText(file) ? readReference(path.resolve(folder, file), name, remarks) : undefined;
}

async function readReference(file: string, name: PemField, remarks: Remarks): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const because = systemErrorCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read: ${firstLine(error)}`;
    remarks.error(`${name}: '${file}' ${because}`);
    return undefined;
  }
}

const hasText = (value: string | undefined): value is string =>
  value !== undefined && value.replaceAll(/[\r\n]/g, '') !== '';
