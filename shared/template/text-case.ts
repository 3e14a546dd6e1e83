/** Letters with a case. */
const cased = /[\p{Lowercase}\p{Uppercase}\p{Lt}]/u;

/** capitalize makes the first character a capital and the rest small. */
export function capitalize(text: string): string {
  const [first = ''] = text;
  return titleChar(first) + text.slice(first.length).toLowerCase();
}

/** titleCase makes every letter that does not follow a letter a capital, the others small: Python's str.title(). */
export function titleCase(text: string): string {
  let isInWord = false;
  return text.replace(/[\s\S]/gu, char => {
    const result = isInWord ? char.toLowerCase() : titleChar(char);
    isInWord = cased.test(char);
    return result;
  });
}

/** swapCase turns small letters into capitals and the other way round. */
export function swapCase(text: string): string {
  return text.replace(/[\s\S]/gu, char =>
    /\p{Uppercase}/u.test(char)
      ? char.toLowerCase()
      : /\p{Lowercase}/u.test(char)
        ? char.toUpperCase()
        : char,
  );
}

/** isLowerCase is true when there are letters with a case and all of them are small. */
export function isLowerCase(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

/** isUpperCase is true when there are letters with a case and all of them are capitals. */
export function isUpperCase(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** isTitleCase is true when every word begins with a capital and goes on with small letters. */
export function isTitleCase(text: string): boolean {
  let isInWord = false;
  let hasWord = false;
  for (const char of text) {
    if (/[\p{Uppercase}\p{Lt}]/u.test(char)) {
      if (isInWord) return false;
      isInWord = true;
      hasWord = true;
    } else if (/\p{Lowercase}/u.test(char)) {
      if (!isInWord) return false;
    } else {
      isInWord = false;
    }
  }
  return hasWord;
}

/** One of the few letters that are two in capitals has a form of its own at the start of a word. */
function titleChar(char: string): string {
  const upper = char.toUpperCase();
  if (upper === char || [...upper].length === 1) return upper;
  const [first = ''] = upper;
  return first + upper.slice(first.length).toLowerCase();
}
