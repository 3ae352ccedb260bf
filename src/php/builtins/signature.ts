/** How a function of the table is called. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

/** One parameter, with PHP's name for it. */
export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  /** Takes all the arguments that are left. */
  readonly variadic: boolean;
}
