/** A parameter that a task can have. */
export interface TakenParameter {
  /** As the operator has it; otherwise than the operator has it; the operator has none. */
  standing: 'same' | 'different' | 'own';
  /** What it does here, in sentences. */
  meaning: string;
  /** How it differs, in sentences; empty when it does not. */
  difference: string;
  /** Values that get a warning with the difference. */
  warnsOf: readonly unknown[];
}

/** A parameter of the operator's that a task cannot have, or that does nothing. */
export interface RefusedParameter {
  standing: 'not applicable';
  /** Why, and what to do instead, in sentences. */
  instead: string;
  /** What a task that has it gets; a warning where the task does the same without it. */
  effect: 'error' | 'warning';
  /** Values that mean what happens anyway: nothing is said of them. */
  harmless: readonly unknown[];
}

export type Parameter = TakenParameter | RefusedParameter;

/** A parameter that is as the operator's. */
export const same = (meaning: string): TakenParameter => ({
  standing: 'same',
  meaning,
  difference: '',
  warnsOf: [],
});

/** A parameter that is not quite the operator's. */
export const different = (
  meaning: string,
  difference: string,
  warnsOf: readonly unknown[] = [],
): TakenParameter => ({ standing: 'different', meaning, difference, warnsOf });

/** A parameter that the operator has not. */
export const own = (meaning: string): TakenParameter => ({
  standing: 'own',
  meaning,
  difference: '',
  warnsOf: [],
});

/** A parameter that is passed over, with a warning unless its value is harmless. */
export const ignored = (instead: string, ...harmless: readonly unknown[]): RefusedParameter => ({
  standing: 'not applicable',
  instead,
  effect: 'warning',
  harmless,
});

/** A parameter that a task must not have, because it would not do what it says. */
export const refused = (instead: string, ...harmless: readonly unknown[]): RefusedParameter => ({
  standing: 'not applicable',
  instead,
  effect: 'error',
  harmless,
});
