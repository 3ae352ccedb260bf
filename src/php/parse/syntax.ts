// The part of PHP that is evaluated, as a closed tree. Everything else becomes an `unsupported` node, which is an error only when it is
// reached: in a branch that is not taken it does no harm.

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
  | { readonly kind: "destructure"; readonly pattern: Pattern; readonly value: Expression }
  /** `$name = &$other` */
  | { readonly kind: "reference"; readonly name: string; readonly other: string }
  | { readonly kind: "closure"; readonly closure: FunctionSyntax }
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
    readonly nullsafe: boolean;
  }
  | {
    readonly kind: "property";
    readonly object: Expression;
    readonly name: string;
    readonly nullsafe: boolean;
  }
  | { readonly kind: "new"; readonly class: string; readonly args: CallArguments }
  | { readonly kind: "instanceof"; readonly value: Expression; readonly class: string }
  | { readonly kind: "throw" | "print"; readonly value: Expression }
  | { readonly kind: "exit" }
  /** `include` and `require`, which is `required`. */
  | {
    readonly kind: "include";
    readonly path: Expression;
    readonly once: boolean;
    readonly required: boolean;
  }
  | { readonly kind: "unsupported"; readonly what: string };

/** One item of an array literal. */
export interface ArrayItem {
  readonly key: Expression | undefined;
  readonly value: Expression;
  readonly spread: boolean;
  readonly line: number;
}

/** What `[$a, 'k' => $b] = …` takes an array apart into; `undefined` leaves one place out. */
export type Pattern = readonly (PatternItem | undefined)[];

/** One part of a pattern. */
export interface PatternItem {
  readonly key: Expression | undefined;
  readonly target: Expression | Pattern;
}

/** One arm of `match`; the one without conditions is `default`. */
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
export interface FunctionSyntax {
  readonly parameters: readonly ParameterSyntax[];
  /** Variables that `use (…)` takes in; `"all"` for an arrow function. */
  readonly uses: readonly UsedVariable[] | "all";
  readonly returns: TypeSyntax | undefined;
  /** True for a function with `yield` in it. */
  readonly isGenerator: boolean;
  readonly body: readonly Statement[];
}

/** One parameter of a function written in the file. */
export interface ParameterSyntax {
  readonly name: string;
  readonly type: TypeSyntax | undefined;
  readonly fallback: Expression | undefined;
  readonly variadic: boolean;
  readonly byReference: boolean;
}

/** One variable of `use (…)`. */
export type UsedVariable = Pick<ParameterSyntax, "name" | "byReference">;

/** A declared type by its names in lower case: `?int` is int and null. */
export type TypeSyntax = readonly string[];

/** A statement, with the line that it starts on. */
export type Statement = { readonly line: number } & StatementKind;

/** Statements in braces. */
export type Block = readonly Statement[];

/** The kinds of statement. */
export type StatementKind =
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "echo"; readonly values: readonly Expression[] }
  | { readonly kind: "return"; readonly value: Expression | undefined }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Block; readonly otherwise: Block }
  | {
    readonly kind: "foreach";
    readonly subject: Expression;
    readonly key: Expression | undefined;
    readonly value: Expression | Pattern;
    readonly byReference: boolean;
    readonly body: Block;
  }
  | { readonly kind: "while" | "do"; readonly test: Expression; readonly body: Block }
  | {
    readonly kind: "for";
    readonly first: readonly Expression[];
    readonly tests: readonly Expression[];
    readonly next: readonly Expression[];
    readonly body: Block;
  }
  | { readonly kind: "switch"; readonly subject: Expression; readonly cases: readonly SwitchCase[] }
  | {
    readonly kind: "try";
    readonly body: Block;
    readonly catches: readonly CatchClause[];
    readonly always: Block;
  }
  | { readonly kind: "unset"; readonly targets: readonly Expression[] }
  /** Leaves or goes on with the loop or `switch` that is so many levels out, 1 for the innermost. */
  | { readonly kind: "break" | "continue"; readonly levels: number }
  | { readonly kind: "const"; readonly name: string; readonly value: Expression }
  | { readonly kind: "function"; readonly name: string; readonly function: FunctionSyntax }
  | { readonly kind: "class"; readonly class: ClassSyntax }
  | { readonly kind: "static"; readonly name: string; readonly value: Expression | undefined }
  | { readonly kind: "unsupported"; readonly what: string };

/** One `case` of a `switch`; without a test it is `default`. */
export interface SwitchCase {
  readonly test: Expression | undefined;
  readonly body: Block;
}

/** One `catch`, with the full names of the classes. */
export interface CatchClause {
  readonly classes: readonly string[];
  readonly variable: string | undefined;
  readonly body: Block;
}

/** The constants of a class, an interface or an enum that is written in the file; nothing else of it is evaluated. */
export interface ClassSyntax {
  readonly type: "class" | "interface" | "trait" | "enum";
  readonly name: string;
  readonly parents: readonly string[];
  readonly constants: ReadonlyMap<string, Expression>;
  /** Cases of an enum with their values, `undefined` for one without. */
  readonly cases: ReadonlyMap<string, Expression | undefined>;
}
