/**
 * matchesGlob compares a text with a pattern in which each `*` stands for any run of characters but "/", none included. Every
 * other character stands for itself. Takes time linear in the text for each `*`.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const patternParts = pattern.split('/');
  const textParts = text.split('/');
  return (
    patternParts.length === textParts.length &&
    patternParts.every((part, index) => matchesPart(part, textParts[index] ?? ''))
  );
}

function matchesPart(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
