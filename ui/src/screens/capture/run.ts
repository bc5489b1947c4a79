//! What this page calls a judging: no other page hears of it, ends it or keeps it.

/** What makes such a name. A page that came over a plain network has no `randomUUID`. */
type Source = Partial<Pick<Crypto, 'randomUUID'>> & Pick<Crypto, 'getRandomValues'>;

/** A name that no other judging has. */
export function newRun(source: Source = crypto): string {
  if (typeof source.randomUUID === 'function') return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
