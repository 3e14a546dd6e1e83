/** Where a node begins, as an offset in the template's normalised text. */
interface Place {
  readonly at: number;
}

/** Arguments as they are written in a call, filter or test. */
export interface ArgNodes {
  readonly positional: readonly Expr[];
  readonly named: readonly (readonly [string, Expr])[];
  readonly star?: Expr | undefined;
  readonly doubleStar?: Expr | undefined;
}

/** An expression. */
export type Expr = Place &
  (
    | { readonly type: 'const'; readonly value: string | bigint | number | boolean | null }
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'tuple' | 'list'; readonly items: readonly Expr[] }
    | { readonly type: 'dict'; readonly pairs: readonly (readonly [Expr, Expr])[] }
    | { readonly type: 'attr'; readonly object: Expr; readonly name: string }
    | { readonly type: 'item'; readonly object: Expr; readonly key: Expr }
    | {
        readonly type: 'slice';
        readonly start: Expr | undefined;
        readonly stop: Expr | undefined;
        readonly step: Expr | undefined;
      }
    | { readonly type: 'call'; readonly callee: Expr; readonly args: ArgNodes }
    /** `input` is undefined in a filter block, whose text is what is filtered. */
    | {
        readonly type: 'filter';
        readonly input: Expr | undefined;
        readonly name: string;
        readonly args: ArgNodes;
      }
    | { readonly type: 'test'; readonly input: Expr; readonly name: string; readonly args: ArgNodes }
    | { readonly type: 'not'; readonly operand: Expr }
    | { readonly type: 'sign'; readonly isNegative: boolean; readonly operand: Expr }
    | { readonly type: 'binary'; readonly operator: MathOperator; readonly left: Expr; readonly right: Expr }
    | { readonly type: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
    | { readonly type: 'concat'; readonly parts: readonly Expr[] }
    | {
        readonly type: 'compare';
        readonly first: Expr;
        readonly rest: readonly (readonly [CompareOperator, Expr])[];
      }
    | {
        readonly type: 'condition';
        readonly test: Expr;
        readonly yes: Expr;
        readonly no: Expr | undefined;
      }
  );

export type MathOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** What can be assigned to. */
export type Target = Place &
  (
    | { readonly type: 'name'; readonly name: string }
    | { readonly type: 'tuple'; readonly items: readonly Target[] }
    /** An attribute of a namespace. */
    | { readonly type: 'attr'; readonly name: string; readonly attribute: string }
  );

/** Parameters of a macro or a call block. */
export interface Parameters {
  readonly names: readonly string[];
  /** Of the last parameters, as many as there are. */
  readonly defaults: readonly Expr[];
}

export type FilterExpr = Extract<Expr, { type: 'filter' }>;
export type CallExpr = Extract<Expr, { type: 'call' }>;

/** A macro, or the body of a call block. */
export interface MacroNode extends Place {
  readonly type: 'macro';
  readonly name: string;
  readonly parameters: Parameters;
  readonly body: readonly Statement[];
  /** Which of `caller`, `varargs` and `kwargs` the body uses. */
  readonly specials: ReadonlySet<string>;
}

/** A piece of a template's body. */
export type Statement =
  | MacroNode
  | (Place &
      (
        | { readonly type: 'data'; readonly text: string }
        | { readonly type: 'print'; readonly expr: Expr }
        | { readonly type: 'do'; readonly expr: Expr }
        | {
            readonly type: 'if';
            readonly branches: readonly { readonly test: Expr; readonly body: readonly Statement[] }[];
            readonly otherwise: readonly Statement[];
          }
        | {
            readonly type: 'for';
            readonly target: Target;
            readonly iterable: Expr;
            readonly test: Expr | undefined;
            readonly isRecursive: boolean;
            readonly body: readonly Statement[];
            readonly otherwise: readonly Statement[];
          }
        | { readonly type: 'set'; readonly target: Target; readonly value: Expr }
        | {
            readonly type: 'set_block';
            readonly target: Target;
            readonly filter: FilterExpr | undefined;
            readonly body: readonly Statement[];
          }
        | { readonly type: 'call_block'; readonly call: CallExpr; readonly macro: MacroNode }
        | { readonly type: 'filter_block'; readonly filter: FilterExpr; readonly body: readonly Statement[] }
        | {
            readonly type: 'with';
            readonly pairs: readonly (readonly [Target, Expr])[];
            readonly body: readonly Statement[];
          }
      ));
