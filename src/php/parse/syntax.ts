/*
 * The part of PHP that is evaluated, as a closed tree. Everything else becomes an `unsupported` node, which is an error only when it
 * is reached: in a branch that is not taken it does no harm.
 */

/** Operators on numbers; `+` is also array union. */
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>";

/** Operators that compare. */
export type ComparisonOperator = "==" | "!=" | "===" | "!==" | "<" | ">" | "<=" | ">=" | "<=>";

/** Operators that evaluate their right side only when they need it, and `xor`. */
export type LogicalOperator = "&&" | "||" | "xor" | "??";

/** Every operator with two operands. */
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | LogicalOperator | ".";

/** Operators in front of their operand. */
export type PrefixOperator = "!" | "-" | "+" | "~" | "@";

/** What a value can be cast to. */
export type CastType = "int" | "float" | "string" | "bool" | "array";

/** An expression, with the line that it starts on. */
export type Expression = { readonly line: number } & ExpressionKind;

/** The kinds of expression. */
export type ExpressionKind =
  | { readonly kind: "literal"; readonly value: null | boolean | bigint | number | string }
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  | { readonly kind: "array"; readonly items: readonly ArrayItem[] }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "constant"; readonly name: string }
  | { readonly kind: "class-constant"; readonly class: string; readonly name: string }
  | { readonly kind: "index"; readonly base: Expression; readonly index: Expression | undefined }
  | { readonly kind: "prefix"; readonly operator: PrefixOperator; readonly operand: Expression }
  | {
    readonly kind: "binary";
    readonly operator: BinaryOperator;
    readonly left: Expression;
    readonly right: Expression;
  }
  | {
    readonly kind: "conditional";
    readonly test: Expression;
    /** Missing in `test ?: otherwise`. */
    readonly then: Expression | undefined;
    readonly otherwise: Expression;
  }
  | { readonly kind: "cast"; readonly to: CastType; readonly operand: Expression }
  | { readonly kind: "match"; readonly subject: Expression; readonly arms: readonly MatchArm[] }
  | { readonly kind: "isset"; readonly targets: readonly Expression[] }
  | { readonly kind: "empty"; readonly target: Expression }
  | {
    readonly kind: "assign";
    readonly target: Expression;
    readonly operator: ArithmeticOperator | "." | "??" | undefined;
    readonly value: Expression;
  }
  | { readonly kind: "step"; readonly target: Expression; readonly by: 1n | -1n; readonly before: boolean }
  | { readonly kind: "closure"; readonly closure: ClosureSyntax }
  | { readonly kind: "call"; readonly callee: string | Expression; readonly args: CallArguments }
  | {
    readonly kind: "static-call";
    readonly class: string;
    readonly method: string;
    readonly args: CallArguments;
  }
  | {
    readonly kind: "method-call";
    readonly object: Expression;
    readonly method: string;
    readonly args: CallArguments;
    /** `?->` */
    readonly nullsafe: boolean;
  }
  | { readonly kind: "unsupported"; readonly what: string };

/** One item of an array literal. */
export interface ArrayItem {
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly spread: boolean;
  readonly line: number;
}

/** One arm of `match`; without conditions it is `default`. */
export interface MatchArm {
  readonly conditions: readonly Expression[] | undefined;
  readonly body: Expression;
}

/** Arguments of a call; `"placeholder"` is the `...` of a first-class callable. */
export type CallArguments = "placeholder" | readonly CallArgument[];

/** One argument of a call. */
export interface CallArgument {
  readonly name: string | undefined;
  readonly value: Expression;
  readonly spread: boolean;
}

/** A function written in the file. */
export interface ClosureSyntax {
  readonly parameters: readonly ClosureParameter[];
  /** Variables that `use (…)` copies in; `"all"` for an arrow function. */
  readonly uses: readonly string[] | "all";
  readonly body: readonly Statement[];
}

/** One parameter of a function written in the file. */
export interface ClosureParameter {
  readonly name: string;
  readonly fallback: Expression | undefined;
  readonly variadic: boolean;
}

/** A statement, with the line that it starts on. */
export type Statement = { readonly line: number } & StatementKind;

/** The kinds of statement. */
export type StatementKind =
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "return"; readonly value: Expression | undefined }
  | {
    readonly kind: "if";
    readonly test: Expression;
    readonly then: readonly Statement[];
    readonly otherwise: readonly Statement[];
  }
  | {
    readonly kind: "foreach";
    readonly subject: Expression;
    readonly key: string | undefined;
    readonly value: string;
    readonly body: readonly Statement[];
  }
  | { readonly kind: "unset"; readonly targets: readonly Expression[] }
  | { readonly kind: "break" }
  | { readonly kind: "continue" }
  | { readonly kind: "unsupported"; readonly what: string };
