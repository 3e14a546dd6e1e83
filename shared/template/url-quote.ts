/** urlQuote is Python's urllib.parse.quote in UTF-8: letters, digits, `_.-~` and what is `safe` stay. */
export function urlQuote(text: string, safe: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]/gu, char => {
    if (safe.includes(char)) return char;
    return [...new TextEncoder().encode(char)]
      .map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join('');
  });
}
