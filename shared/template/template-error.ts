import { TaskpodError } from '../errors.ts';

/**
 * What kind of mistake a template makes. `syntax`: it does not parse, or names a filter or test that does not exist.
 * `undefined`: it uses a value that is not there. `security`: it reaches for an internal attribute. `limit`: it costs too
 * much. `unsupported`: Jinja has it, Taskpod refuses it. `runtime`: everything else (types, values, division by zero).
 */
export type TemplateErrorKind = 'syntax' | 'undefined' | 'security' | 'limit' | 'unsupported' | 'runtime';

/** A template that cannot be rendered, with the place in its text. The message never repeats a value, which may be a secret. */
export class TemplateError extends TaskpodError {
  readonly kind: TemplateErrorKind;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** First line is 1. */
  readonly line: number;
  /** First column is 1; counted in characters. */
  readonly column: number;

  constructor(kind: TemplateErrorKind, reason: string, line: number, column: number) {
    super('invalid_message', `line ${line}, column ${column}: ${reason}`);
    this.kind = kind;
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

/** What is thrown inside the interpreter, where the place in the text may not be known yet; never leaves it. */
export class Fault extends Error {
  readonly kind: TemplateErrorKind;
  /** Offset in the template's text; undefined means where the interpreter is just now. */
  readonly at: number | undefined;

  constructor(kind: TemplateErrorKind, message: string, at?: number) {
    super(message);
    this.kind = kind;
    this.at = at;
  }
}

/** runtimeFault is a {@link Fault} for a wrong type or value. */
export function runtimeFault(message: string): Fault {
  return new Fault('runtime', message);
}

/** placeFault makes a {@link TemplateError} of anything thrown inside the interpreter; `at` is used when it has no place of its own. */
export function placeFault(thrown: unknown, source: string, at: number): TemplateError {
  if (thrown instanceof TemplateError) return thrown;
  const fault = asFault(thrown);
  const { line, column } = placeOf(source, fault.at ?? at);
  return new TemplateError(fault.kind, fault.message, line, column);
}

function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  // The engine's own limit on nested calls is the last resort behind the interpreter's.
  if (thrown instanceof RangeError)
    return new Fault('limit', 'is nested too deeply or too large: simplify it');
  throw thrown;
}

function placeOf(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
}
