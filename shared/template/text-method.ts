import type { Args, Runtime } from './runtime.ts';
import type { Value } from './value.ts';

/** What a method of a text does; `name` is the one it was called by, for messages. */
export type TextMethod = (text: string, args: Args, runtime: Runtime, name: string) => Value;
