/** Bytes of a user's file as text, whole or not at all: a byte that is no UTF-8 would be read as another character than was written. */

/** The text without a byte order mark; null where the bytes are no UTF-8. */
export const utf8Of = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

export const NOT_UTF8 = 'Save it as UTF-8.';
