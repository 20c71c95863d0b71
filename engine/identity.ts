/** Who executes: the build of tb and the engine under it, with a fingerprint of the arithmetic that core relies on. */
import { arithmeticFingerprint } from './self-test.ts';

export const VERSION = '0.1.0';
export const BUILD = `tb/${VERSION}`;

/** Written into every envelope, so that a run says what it was executed on. */
export const ENGINE = `node/${process.versions.node} ${process.platform}-${process.arch} arithmetic/${arithmeticFingerprint()}`;
