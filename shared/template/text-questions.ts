import { bind } from './arguments.ts';
import type { Args } from './runtime.ts';
import { isLowerCase, isTitleCase, isUpperCase } from './text-case.ts';
import { spaceClass } from './whitespace.ts';

type Question = (text: string, args: Args) => boolean;

/** A method that asks whether all characters are of a kind; none of an empty text are, unless `isEmptyOne`. */
function all(name: string, pattern: RegExp): [string, Question] {
  return [
    name,
    (text, args) => {
      bind(name, [], args);
      return pattern.test(text);
    },
  ];
}

function asks(name: string, isSo: (text: string) => boolean): [string, Question] {
  return [
    name,
    (text, args) => {
      bind(name, [], args);
      return isSo(text);
    },
  ];
}

/** The methods of a text that answer True or False. */
export const textQuestions: ReadonlyMap<string, Question> = new Map([
  all('isalnum', /^[\p{L}\p{N}]+$/u),
  all('isalpha', /^\p{L}+$/u),
  all('isascii', /^\p{ASCII}*$/u),
  all('isdecimal', /^\p{Nd}+$/u),
  all('isdigit', /^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u),
  all('isidentifier', /^[\p{ID_Start}_]\p{ID_Continue}*$/u),
  all('isnumeric', /^\p{N}+$/u),
  all('isprintable', /^(?:[^\p{C}\p{Z}]| )*$/u),
  all('isspace', new RegExp(`^[${spaceClass}]+$`)),
  asks('islower', isLowerCase),
  asks('isupper', isUpperCase),
  asks('istitle', isTitleCase),
]);
