/** Which code executes: its build, the versions of its rules and bytes, and one digest over every file of core as it runs here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '../core/kernel/digest.ts';
import { rootOfTexts } from '../core/kernel/merkle.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import type { Digest } from '../core/kernel/units.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../core/manifest.ts';
import { BUILD } from './identity.ts';

export type ReducerIdentity = Readonly<{ build: string; core: Digest; encoding: number; semantics: number }>;

const CORE = fileURLToPath(new URL('../core/', import.meta.url));
const CODE = /\.[jt]s$/;

/** The root over `path LF SHA-256 of the file` of each file of core, ascending by path. */
const coreDigest = (): Digest =>
  rootOfTexts(
    readdirSync(CORE, { recursive: true, encoding: 'utf8' })
      .map(path => path.replaceAll('\\', '/'))
      .filter(path => CODE.test(path) && !path.endsWith('.d.ts'))
      .sort(byCodeUnit)
      .map(path => `${path}\n${sha256Hex(readFileSync(join(CORE, path)))}`),
  );

export const reducerIdentity = (): ReducerIdentity => ({ build: BUILD, core: coreDigest(), encoding: ENCODING_VERSION, semantics: SEMANTICS_VERSION });
