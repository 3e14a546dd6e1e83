import type { Problem } from '../errors.ts';

/** Largest message that is taken, in bytes. */
const maxTaskBytes = 256 * 1_024;

/** Deepest nesting that is taken; no Kubernetes object needs half of it. */
export const maxTaskDepth = 32;

/** Keys that reach an object's prototype in careless code; no parameter and no Kubernetes field has such a name. */
const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A text that was JSON, with what is wrong with it nevertheless. `value` is undefined when it was none. */
export interface DecodedJson {
  value: unknown;
  problems: Problem[];
}

/**
 * decodeJson reads UTF-8 JSON strictly: at most {@link maxTaskBytes} and {@link maxTaskDepth}, no key twice in an object, no
 * prototype key, no half of a surrogate pair. Never repeats a piece of the text, which may be a secret.
 */
export function decodeJson(data: Buffer): DecodedJson {
  if (data.length > maxTaskBytes) {
    return notJson(
      `has ${data.length} bytes; at most ${maxTaskBytes} are taken: pass large data by a file or a bucket`,
    );
  }
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return notJson('is not UTF-8 text: publish the task as JSON');
  }
  try {
    value = JSON.parse(text);
  } catch (error) {
    const place = /\(line \d+ column \d+\)$/.exec(error instanceof Error ? error.message : '')?.[0];
    return notJson(`is not JSON${place === undefined ? '' : ` ${place}`}: publish one JSON object`);
  }
  return { value, problems: inspect(text) };
}

/** pathPart makes a key fit to be shown in a path: at most 80 characters, none of them a control character. */
export function pathPart(key: string): string {
  const shown = key.toWellFormed().replace(/\p{Cc}/gu, '\ufffd');
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
}

function notJson(message: string): DecodedJson {
  return { value: undefined, problems: [{ path: '', message }] };
}

/** An object or array that is open at a place in the text. */
interface Level {
  /** Keys seen so far; undefined for an array. */
  keys: Set<string> | undefined;
  key: string;
  index: number;
  /** The next string is a key. */
  wantsKey: boolean;
}

/** Walks over text that is known to be JSON and finds what JSON.parse lets pass. */
function inspect(text: string): Problem[] {
  const problems: Problem[] = [];
  const levels: Level[] = [];
  const path = (): string =>
    levels.map(level => (level.keys === undefined ? String(level.index) : pathPart(level.key))).join('.');

  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    const level = levels.at(-1);
    if (char === '{' || char === '[') {
      if (levels.length === maxTaskDepth) {
        return [...problems, { path: path(), message: `is nested deeper than ${maxTaskDepth} levels` }];
      }
      const isObject = char === '{';
      levels.push({ keys: isObject ? new Set() : undefined, key: '', index: 0, wantsKey: isObject });
    } else if (char === '}' || char === ']') {
      levels.pop();
    } else if (char === ',' && level !== undefined) {
      level.index++;
      level.wantsKey = level.keys !== undefined;
    } else if (char === '"') {
      const end = endOfString(text, at);
      const string = String(JSON.parse(text.slice(at, end + 1)));
      at = end;
      const message = level?.wantsKey ? enterKey(level, string) : unicodeProblem(string);
      if (message !== undefined) problems.push({ path: path(), message });
    }
  }
  return problems;
}

function enterKey(level: Level, key: string): string | undefined {
  const isTwice = level.keys?.has(key);
  level.key = key;
  level.wantsKey = false;
  level.keys?.add(key);
  if (prototypeKeys.has(key)) return 'is a key that is never taken: remove it';
  return isTwice ? 'is there twice: keep one of them' : unicodeProblem(key);
}

function unicodeProblem(string: string): string | undefined {
  return string.isWellFormed() ? undefined : 'is not Unicode text: it holds half of a surrogate pair';
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
