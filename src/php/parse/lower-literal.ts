import { type AstNode, lineOf, nodeIn, nodesIn, textIn } from "./ast-node.ts";
import type { Lowering } from "./lowering.ts";
import { intOrFloat } from "../values/numeric-string.ts";
import type { Expression } from "./syntax.ts";

/*
 * Literals are decoded from the raw source: php-parser resolves escapes by replacements one after another, which differs from PHP for
 * `"\\\n"` and the like, and in characters, where PHP has bytes.
 */

const simpleEscapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  f: "\f",
  e: "\x1b",
  "\\": "\\",
  $: "$",
  '"': '"',
};

/** A number literal: decimal, hexadecimal, octal (`017`, `0o17`), binary, with `_`, or a float. */
export function lowerNumber(node: AstNode, lowering: Lowering): bigint | number {
  const raw = String(node["value"]);
  const text = raw.replaceAll("_", "").toLowerCase();
  if (/^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|0|[1-9][0-9]*)$/.test(text)) return intOrFloat(BigInt(text));
  if (/^0[0-7]+$/.test(text)) return intOrFloat(BigInt(`0o${text}`));
  const float = /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/.test(text) && !/^0[0-9]+$/.test(text);
  return float ? Number(text) : lowering.fail(lineOf(node), `invalid number ${raw}`);
}

/** A string literal without interpolation. */
export function lowerString(node: AstNode, lowering: Lowering): string {
  const raw = textIn(node, "raw").replace(/^[bB]/, "");
  const body = raw.slice(1, -1);
  // php-parser accepts a string that is not closed before the end of the file.
  if (raw.length < 2 || !raw.endsWith(raw[0] ?? "")) lowering.fail(lineOf(node), "a string is not closed");
  if (raw.startsWith('"')) return unescape(body, true, lineOf(node), lowering);
  return body.replace(/\\([\\'])/g, "$1");
}

/** A nowdoc: no escapes, no variables. */
export function lowerNowdoc(node: AstNode): string {
  const raw = textIn(node, "raw");
  const { indent, at } = closingLabel(node);
  const lines = raw.slice(0, at).split("\n").slice(1);
  return lines.map((line) => unindent(line, indent)).join("\n").replace(/\r$/, "");
}

/** A string or heredoc with interpolation. */
export function lowerTemplate(node: AstNode, lowering: Lowering): Expression {
  const line = lineOf(node);
  if (node["type"] === "shell") return { line, kind: "unsupported", what: "a shell command" };
  const heredoc = node["type"] === "heredoc";
  const indent = heredoc ? closingLabel(node).indent : 0;
  const nodes = nodesIn(node, "value");
  const parts = nodes.map((part, index): Expression => {
    const inner = nodeIn(part, "expression");
    if (part["syntax"] !== null || inner.kind !== "string") return lowerPart(part, inner, lowering);
    let text = textIn(inner, "raw");
    if (heredoc) {
      if (index === nodes.length - 1) text = withoutLastLine(text);
      if (index === 0) text = unindent(text, indent);
      text = text.replace(/\n[ \t]*/g, (match) => `\n${unindent(match.slice(1), indent)}`);
    }
    const value = unescape(text, !heredoc, lineOf(inner), lowering);
    return { line: lineOf(inner), kind: "literal", value };
  });
  return { line, kind: "template", parts };
}

function lowerPart(part: AstNode, inner: AstNode, lowering: Lowering): Expression {
  const lowered = lowering.expression(inner);
  if (part["syntax"] !== "simple" || part["curly"] === true || inner.kind !== "offsetlookup") return lowered;
  // In "$a[key]" the key is text without quotes; the canonical text of an int becomes one.
  const offset = nodeIn(inner, "offset");
  if (offset.kind !== "identifier" && offset.kind !== "number") return lowered;
  const key = offset.kind === "identifier" ? textIn(offset, "name") : String(offset["value"]);
  const index: Expression = { line: lineOf(offset), kind: "literal", value: key };
  return { line: lineOf(inner), kind: "index", base: lowering.expression(nodeIn(inner, "what")), index };
}

/** The index of the line break before the closing label in the raw source, and the width of the label's indentation. */
function closingLabel(node: AstNode): { readonly at: number; readonly indent: number } {
  // The raw source goes on after the label, up to the next token.
  const label = new RegExp(`\\n([ \\t]*)${textIn(node, "label")}(?![\\w\\x80-\\xff])`);
  const found = label.exec(textIn(node, "raw"));
  return { at: found?.index ?? 0, indent: found?.[1]?.length ?? 0 };
}

/** Without the line break and the blanks in front of the closing label. */
function withoutLastLine(text: string): string {
  const end = Math.max(0, text.lastIndexOf("\n"));
  return text.slice(0, text[end - 1] === "\r" ? end - 1 : end);
}

function unindent(text: string, width: number): string {
  let index = 0;
  while (index < width && (text[index] === " " || text[index] === "\t")) index++;
  return text.slice(index);
}

function unescape(text: string, quotes: boolean, line: number, lowering: Lowering): string {
  return text.replace(
    /\\(?:([nrtvfe\\$"])|([0-7]{1,3})|[xX]([0-9A-Fa-f]{1,2})|u\{([^}]*)\})/g,
    (match, simple?: string, octal?: string, hex?: string, unicode?: string) => {
      if (simple !== undefined) return simple === '"' && !quotes ? match : simpleEscapes[simple] ?? match;
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      const point = /^[0-9A-Fa-f]{1,8}$/.test(unicode ?? "") ? parseInt(unicode ?? "", 16) : Infinity;
      return point > 0x10ffff ? lowering.fail(line, `invalid escape ${match}`) : encodeCodePoint(point);
    },
  );
}

/** Unlike TextEncoder this also encodes surrogates, as PHP does. */
function encodeCodePoint(point: number): string {
  if (point < 0x80) return String.fromCharCode(point);
  const tail: number[] = [];
  let rest = point;
  let room = 0x40;
  while (rest >= room) {
    tail.unshift(0x80 | (rest & 0x3f));
    rest >>= 6;
    room = tail.length === 1 ? 0x20 : tail.length === 2 ? 0x10 : 0x08;
  }
  const lead = tail.length === 1 ? 0xc0 : tail.length === 2 ? 0xe0 : 0xf0;
  return String.fromCharCode(lead | rest, ...tail);
}
