import { type Node, type NodeOf, type RuleContext, type Visitor } from "../lint/lint-api.ts";
import { findAvoidedWords } from "./avoided-words.ts";

/**
 * Comments and sentences in strings do without the words of the list. A string without a space is a value, such as the name of a
 * user, and no sentence.
 */
export function plainWords(_path: string, context: RuleContext): Visitor {
  const { text } = context.sourceCode;
  const check = ({ range: [start, end] }: Node): void => {
    for (const { word, index, length } of findAvoidedWords(text.slice(start, end))) {
      const range: [number, number] = [start + index, start + index + length];
      context.report({
        range,
        message: `"${word}" leaves open what is meant: see scripts/words/avoided-words.ts`,
      });
    }
  };
  const checkSentence = (node: Node): void => {
    if (text.slice(...node.range).includes(" ")) check(node);
  };
  return {
    Program: () => context.sourceCode.getAllComments().forEach(check),
    Literal: (node: NodeOf<"Literal">) => {
      if (typeof node.value === "string") checkSentence(node);
    },
    TemplateLiteral: ({ quasis }) => quasis.forEach(checkSentence),
    JSXText: check,
  };
}
