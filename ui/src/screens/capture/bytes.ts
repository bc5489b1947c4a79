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

/** How files of photos and sounds begin. */
const BEGINNINGS: readonly [type: string, letters: string, at: number][] = [
  ['image/jpeg', '\xff\xd8\xff', 0],
  ['image/png', '\x89PNG', 0],
  ['image/webp', 'WEBP', 8],
  ['audio/wav', 'WAVE', 8],
  ['audio/flac', 'fLaC', 0],
  ['audio/ogg', 'OggS', 0],
  ['audio/mp4', 'ftyp', 4],
  ['audio/webm', '\x1a\x45\xdf\xa3', 0],
  ['audio/mpeg', 'ID3', 0],
  ['audio/mpeg', '\xff', 0],
];

/** The bytes as a file that says what it is, as far as its beginning tells: not every browser finds that out by itself. */
export function fileOf(bytes: Uint8Array<ArrayBuffer>): Blob {
  const begins = String.fromCharCode(...bytes.subarray(0, 16));
  const found = BEGINNINGS.find(([, letters, at]) => begins.startsWith(letters, at));
  return new Blob([bytes], { type: found?.[0] ?? '' });
}
