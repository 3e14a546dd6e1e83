/** The words that tests plant where secrets stand: nothing that the functions or the command line let out may hold one. */
const words = ['geheim', 'planted-secret'] as const;

/** Secrets to be planted, one for each place, so that a leak tells where it comes from. */
export const planted = {
  envValue: 'planted-secret-env-value',
  password: 'planted-secret-password',
  extra: 'planted-secret-extra',
  uri: 'postgresql://reader:planted-secret-uri@db.example.com/sales',
  variable: 'planted-secret-variable',
  header: 'Bearer planted-secret-header',
  token: 'planted-secret-token',
  message: 'planted-secret-message',
} as const;

const patterns = words.flatMap(word => [word, ...[0, 1, 2].map(offset => base64Core(word, offset))]);

/** leaksIn gives what of a text holds a planted word, as it is or in base64, each with what stands around it. */
export function leaksIn(text: string): string[] {
  return patterns.flatMap(pattern => {
    const at = text.indexOf(pattern);
    return at < 0 ? [] : [text.slice(Math.max(0, at - 80), at + pattern.length + 40)];
  });
}

/** The characters of base64 that a word always gives when so many bytes (modulo 3) stand before it. */
function base64Core(word: string, offset: number): string {
  const encoded = Buffer.from(`${'\0'.repeat(offset)}${word}`)
    .toString('base64')
    .replace(/=+$/, '');
  const isWhole = (offset + word.length) % 3 === 0;
  return encoded.slice(Math.ceil((offset * 4) / 3), isWhole ? undefined : -1);
}
