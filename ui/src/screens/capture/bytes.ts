//! Files as commands carry them: base 64 (RFC 4648, section 4).

/** The most bytes that a command carries. How much a capture of a kind may have, the engine says. */
export const MOST_BYTES = 70_000_000;

/** A file in base 64. The browser's own reader makes it, off the screen's thread. */
export function base64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(afterComma(String(reader.result)));
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
}

/** What follows the comma of a data: address; an empty file has none. */
export function afterComma(address: string): string {
  const comma = address.indexOf(',');
  return comma < 0 ? '' : address.slice(comma + 1);
}

/** The bytes that base 64 holds. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
