declare const types: unique symbol;

/** The text of an operation. What it answers and which variables it takes is known to the compiler alone. */
export type TypedDocument<Answer, Variables> = string & { readonly [types]?: (variables: Variables) => Answer };
